import type Koa from 'koa'
import { OptionsError } from './module-options.ts'

interface Runnable {
  app: Koa
  port: number
  baseUrl: string
}

/** Serves a module until it is told to stop; when it can't start, it ends with lines a person can act on, the unforeseen with its stack. */
export function runModule(name: string, create: () => Runnable): void {
  function fail(error: unknown): never {
    const told = error instanceof OptionsError ? error.faults : [error instanceof Error ? error.stack : error]
    for (const line of told) console.error(`${name} can't start: ${line}`)
    process.exit(1)
  }
  try {
    const { app, port, baseUrl } = create()
    const server = app.listen(port, () => console.log(`${name} is at ${baseUrl}`))
    server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      fail(new OptionsError([code === 'EADDRINUSE' ? `port ${port} is taken, choose another one with PORT` : message]))
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close())
  } catch (error) {
    fail(error)
  }
}
