import { runModule } from '@menshen/login'
import { createApp } from './app.ts'
import { readOptions } from './options.ts'

runModule('egg-client', () => {
  const { port, ...options } = readOptions(process.env)
  return { app: createApp(options), port, baseUrl: options.baseUrl }
})
