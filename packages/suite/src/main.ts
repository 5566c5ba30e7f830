import { createLog } from '@menshen/shared/log'
import { runMain, stopOnSignals } from '@menshen/shared/run-main'
import { loadSuiteConfig } from './config.ts'
import { demoDocument } from './demo-clients.ts'
import { startSuite } from './start-suite.ts'
import { welcome } from './welcome.ts'

await runMain(async () => {
  const config = loadSuiteConfig(process.env)
  const { addresses, stop } = await startSuite(config, { env: process.env, demo: process.env['NODE_ENV'] !== 'production' || process.env['MENSHEN_PROFILE'] === 'demo' })
  console.log(welcome(addresses, demoDocument(addresses)))
  stopOnSignals(stop, createLog({ service: 'suite', level: config.logLevel, pretty: process.stdout.isTTY === true }))
})
