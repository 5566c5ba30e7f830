import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A port of this machine that leads to another one. */
export interface Forward {
  port: number
  host: string
  to: number
}

/** Listens on loopback in the place of another machine. What it returns stops it, and cuts the connections that go through it. */
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
