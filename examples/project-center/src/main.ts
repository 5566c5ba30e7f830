import { serve } from '@menshen/shared/http/serve'
import { createLog } from '@menshen/shared/log'
import { runMain, stopOnSignals } from '@menshen/shared/run-main'
import { createApp } from './app.ts'
import { readOptions } from './options.ts'

await runMain(async () => {
  const { port, ...options } = readOptions(process.env)
  const log = createLog({ service: 'project-center', level: 'info', pretty: process.stdout.isTTY === true })
  const app = createApp({ ...options, log: (line) => log.info(line) })
  const serving = await serve({ app, port, log, name: 'project-center' })
  stopOnSignals(serving.stop, log)
})
