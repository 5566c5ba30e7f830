/** `npm run bench:events -- AMQP [COUNT]`: how many events a second the bus takes over and a service does, and how long one is on its way. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { CloudEvent } from '@menshen/shared/events'
import { openRabbitmq } from '@menshen/shared/events/rabbitmq'
import { silentLog } from '@menshen/shared/log'
import { removeFromBroker } from '@menshen/shared/testing/remove-from-broker'

const [broker = 'amqp://guest:guest@127.0.0.1:5672', given = '5000'] = process.argv.slice(2)
const count = Number(given)
/** As many as an outbox has on their way at a time. */
const AT_A_TIME = 20
const ALONE = 300

const url = new URL(broker)
url.searchParams.set('prefix', `bench_${randomBytes(6).toString('hex')}`)
const [teller, doer] = (await Promise.all([1, 2].map(() => openRabbitmq(url.href, { log: silentLog })))) as [Bus, Bus]
type Bus = Awaited<ReturnType<typeof openRabbitmq>>

const told = new Map<string, number>()
const took: number[] = []
let wanted = 0
let allDone = () => {}
const done = (event: CloudEvent) => {
  took.push(performance.now() - (told.get(event.id) ?? Number.NaN))
  if (took.length === wanted) allDone()
}
await doer.work({ service: 'user-api', handlers: { 'user.deleted': done }, ready: async () => {} })

const tell = (): Promise<void> => {
  const id = randomUUID()
  told.set(id, performance.now())
  const data = { sub: id, version: 1 }
  return teller.publish({
    specversion: '1.0',
    id,
    source: 'bench',
    type: 'user.deleted',
    subject: id,
    time: new Date().toISOString(),
    data,
  })
}

/** Tells so many, so many at a time; the milliseconds until all were taken over, and until all were done. */
async function run(many: number, atATime: number): Promise<{ taken: number; done: number }> {
  took.length = 0
  wanted = many
  const finished = new Promise<void>((resolve) => {
    allDone = resolve
  })
  const begun = performance.now()
  let left = many
  const tellers = Array.from({ length: atATime }, async () => {
    while (left-- > 0) await tell()
  })
  await Promise.all(tellers)
  const taken = performance.now() - begun
  await finished
  return { taken, done: performance.now() - begun }
}

const quantile = (sorted: readonly number[], part: number) => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1)

await run(ALONE, AT_A_TIME) // warm
const many = await run(count, AT_A_TIME)
const rate = (ms: number) => Math.round((count * 1000) / ms)
console.log(`${count} events, ${AT_A_TIME} at a time: ${rate(many.taken)}/s confirmed, ${rate(many.done)}/s done`)
await run(ALONE, 1)
const sorted = [...took].sort((a, b) => a - b)
console.log(`one at a time, told to done: p50 ${quantile(sorted, 0.5)} ms, p99 ${quantile(sorted, 0.99)} ms`)
await Promise.all([teller.close(), doer.close()])
await removeFromBroker(url.href)
