import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A port of this machine that leads to another one: `8060=auth:8060`. */
export interface Forward {
  port: number
  host: string
  to: number
}

/** Reads `8060=auth:8060,8061=user-api:8061`. @throws Error that names the part which is none. */
export function forwardsOf(text: string): Forward[] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [, port, host, to] = /^(\d+)=([\w.-]+):(\d+)$/.exec(part) ?? []
      if (host === undefined) throw new Error(`FORWARDS must be PORT=HOST:PORT, several separated by commas, got ${part}`)
      return { port: Number(port), host, to: Number(to) }
    })
}

/**
 * Listens on loopback in the place of another machine: in a container `localhost:8060` is the container itself, and the address by which a browser and a
 * program name auth is one. What it returns stops it.
 */
export async function forward({ port, host, to }: Forward): Promise<() => Promise<void>> {
  const open = new Set<Socket>()
  const server = createServer((here) => {
    const there = connect(to, host)
    for (const [socket, other] of [
      [here, there],
      [there, here],
    ] as const) {
      open.add(socket)
      socket.pipe(other)
      socket.on('error', () => {}) // `close` follows
      socket.once('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of open) socket.destroy()
    await closed
  }
}
