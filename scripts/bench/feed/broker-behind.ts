import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A broker that can go away and come back, and the address to reach it at. */
export interface BrokerBehind {
  url: string
  /** Cuts every connection and takes no new one, as a broker that was killed. */
  away(): Promise<void>
  back(): Promise<void>
}

/** A door before a broker, on a port of its own. */
export async function brokerBehind(eventsUrl: string): Promise<BrokerBehind> {
  const { hostname, port } = new URL(eventsUrl)
  const open = new Set<Socket>()
  const server = createServer((here) => {
    const there = connect(Number(port || 5672), hostname)
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
  const listen = async (on: number) => {
    server.listen(on, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const own = await listen(0)
  const url = new URL(eventsUrl)
  url.host = `127.0.0.1:${own}`
  url.searchParams.set('prefix', 'bench_feed') // queues of its own, which are taken away in the end
  return {
    url: url.href,
    async away() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of open) socket.destroy()
      await closed
    },
    async back() {
      await listen(own)
    },
  }
}
