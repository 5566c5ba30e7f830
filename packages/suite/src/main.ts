import { createLog } from '@menshen/shared/log'
import { runMain, stopOnSignals } from '@menshen/shared/run-main'
import { loadSuiteConfig } from './config.ts'
import { demoDocument } from './demo-clients.ts'
import { startSuite } from './start-suite.ts'
import { welcome } from './welcome.ts'

await runMain(async () => {
  const { env } = process
  const config = loadSuiteConfig(env)
  const demo = env['NODE_ENV'] !== 'production' || env['MENSHEN_PROFILE'] === 'demo'
  const starting = startSuite(config, { env, demo })
  stopOnSignals(async (lingerMs) => (await starting).stop(lingerMs), createLog({ service: 'suite', level: config.logLevel }))
  const { addresses } = await starting
  if (demo) console.log(welcome(addresses, demoDocument(addresses)))
})
