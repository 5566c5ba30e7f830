import { createApp } from './app.ts'
import { OptionsError, readOptions } from './options.ts'

/** Ends with a line a person can act on; anything unforeseen keeps its stack. */
function fail(error: unknown): never {
  const told = error instanceof OptionsError ? error.faults : [error instanceof Error ? error.stack : error]
  for (const line of told) console.error(`the mobile app can't start: ${line}`)
  process.exit(1)
}

function start(): void {
  const { port, ...options } = readOptions(process.env)
  const server = createApp(options).listen(port, '127.0.0.1', () => console.log(`the mobile app is at http://localhost:${port}`))
  server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    fail(new OptionsError([code === 'EADDRINUSE' ? `port ${port} is taken, choose another one with PORT` : message]))
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close())
}

try {
  start()
} catch (error) {
  fail(error)
}
