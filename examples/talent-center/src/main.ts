import { runModule } from '@menshen/login'
import { createApp } from './app.ts'
import { readOptions } from './options.ts'

runModule('The talent centre', () => {
  const { port, ...options } = readOptions(process.env)
  return { app: createApp(options), port, baseUrl: options.baseUrl }
})
