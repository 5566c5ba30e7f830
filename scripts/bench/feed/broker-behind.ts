import { forward } from '@menshen/shared/forward'
import { freePort } from '@menshen/suite/addresses'

/** A broker that can go away and come back, and the address to reach it at. */
export interface BrokerBehind {
  url: string
  /** Cuts every connection and takes no new one, as a broker that was killed. */
  away(): Promise<void>
  back(): Promise<void>
}

/** A door before a broker, on a port of its own. */
export async function brokerBehind(eventsUrl: string): Promise<BrokerBehind> {
  const url = new URL(eventsUrl)
  const door = { port: await freePort(), host: url.hostname, to: Number(url.port || 5672) }
  let close = await forward(door)
  url.host = `127.0.0.1:${door.port}`
  url.searchParams.set('prefix', 'bench_feed') // queues of its own, which are taken away in the end
  return {
    url: url.href,
    away: () => close(),
    async back() {
      close = await forward(door)
    },
  }
}
