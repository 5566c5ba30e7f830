import { setTimeout as wait } from 'node:timers/promises'
import { demoDocument } from '@menshen/suite/demo-clients'
import { runTour } from '@menshen/suite/tour/run-tour'
import { type ManyProcesses, startProcesses } from '../../test/support/processes.ts'
import { startPrometheus } from '../../test/support/prometheus.ts'
import { createTraffic } from '../../test/support/traffic.ts'
import { type BrokerBehind, brokerBehind } from '../bench/feed/broker-behind.ts'

interface Recording {
  folder: string
  databaseUrl: string
  eventsUrl: string
  minutes: number
}

/** How many people use their phone at a time, and how long each rests, in milliseconds. */
const people = 6
const rest = 400

/** Uses a suite and lets it fail now and then, while Prometheus watches; gives when it began and ended, in seconds since the epoch. */
export async function record({ folder, databaseUrl, eventsUrl, minutes }: Recording): Promise<{ start: number; end: number }> {
  const broker = await brokerBehind(eventsUrl)
  const suite = await startProcesses({ databaseUrl, eventsUrl: broker.url })
  const prometheus = await startPrometheus({ folder, suite, interval: 5 })
  const start = Date.now() / 1000
  const endsAt = Date.now() + minutes * 60_000
  try {
    const traffic = useUntil(endsAt, suite)
    for (const { at, what } of faultsOf({ suite, broker, look: prometheus.look })) {
      await wait(Math.max(0, (start + at * minutes * 60) * 1000 - Date.now()))
      await what()
    }
    await traffic
    return { start, end: Date.now() / 1000 }
  } finally {
    await prometheus.stop()
    await suite.stop()
    await broker.away()
  }
}

async function useUntil(endsAt: number, suite: ManyProcesses): Promise<void> {
  const { phone, job } = createTraffic(suite)
  const demo = demoDocument(suite.addresses)
  const tour = () => runTour({ addresses: suite.addresses, demo, print: () => {}, colour: false })
  const again = async (what: () => Promise<unknown>, resting: number) => {
    while (Date.now() < endsAt) {
      await what().catch(() => {}) // what a fault does to them is what is to be seen
      await wait(resting)
    }
  }
  const phones = Array.from({ length: people }, () => again(() => Promise.all([phone(8), job()]), rest))
  await Promise.all([...phones, again(tour, 20 * rest)])
}

interface Faulty {
  suite: ManyProcesses
  broker: BrokerBehind
  look(): Promise<void>
}

/** What goes wrong, and at which part of the time. */
function faultsOf({ suite, broker, look }: Faulty) {
  const { guess, wrongSecret } = createTraffic(suite)
  const [first] = suite.processes.auth
  return [
    { at: 0.35, what: () => burst(() => guess(`nobody ${crypto.randomUUID()}`)) },
    { at: 0.45, what: () => burst(wrongSecret) },
    { at: 0.55, what: broker.away },
    { at: 0.55 + 1 / 15, what: broker.back },
    { at: 0.7, what: async () => void (await first?.kill()) },
    {
      at: 0.9,
      what: async () => {
        await first?.start()
        await look()
      },
    },
  ]
}

/** Twenty at a time, for half a minute. */
async function burst(once: () => Promise<unknown>): Promise<void> {
  const endsAt = Date.now() + 30_000
  while (Date.now() < endsAt) await Promise.all(Array.from({ length: 20 }, () => once().catch(() => {})))
}
