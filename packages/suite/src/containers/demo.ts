import { ExpectedError, runMain } from '@menshen/shared/run-main'
import { loadSuiteConfig } from '../config.ts'
import { startSuite } from '../start-suite.ts'

/** Puts the people, apps and records of the demo in and ends; what is there already stays. */
await runMain(async () => {
  const { env } = process
  if (env['NODE_ENV'] === 'production' && env['MENSHEN_PROFILE'] !== 'demo')
    throw new ExpectedError('the demo is not for production: set MENSHEN_PROFILE=demo')
  const suite = await startSuite(loadSuiteConfig(env), { env, demo: true })
  await suite.stop(0)
  console.log('the demo is in')
})
