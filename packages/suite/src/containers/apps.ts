import { forward } from '@menshen/shared/forward'
import { createLog } from '@menshen/shared/log'
import { runMain, stopOnSignals } from '@menshen/shared/run-main'
import { addressesOf } from '../addresses.ts'
import { serveApps } from '../apps.ts'
import { loadSuiteConfig } from '../config.ts'
import { demoDocument } from '../demo-clients.ts'
import { forwardsOf } from './forwards.ts'

/** The apps of the demo, apart from the services; `FORWARDS` leads to these from the addresses by which browsers name them. */
await runMain(async () => {
  const { env } = process
  const config = loadSuiteConfig(env)
  const addresses = addressesOf(config)
  const logOf = (service: string) => createLog({ service, level: config.logLevel })
  const forwards = await Promise.all(forwardsOf(env['FORWARDS'] ?? '').map(forward))
  const apps = await Promise.all(serveApps(config, { addresses, document: demoDocument(addresses), logOf }))
  stopOnSignals(async (lingerMs) => {
    await Promise.all(apps.map(({ stop }) => stop(lingerMs)))
    await Promise.all(forwards.map((stop) => stop()))
  }, logOf('apps'))
})
