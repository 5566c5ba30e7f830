import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { CloudEvent, EventBus, EventHandler } from './index.ts'

/** An event of the test, about nobody. */
export const eventOfTest = (changes: Partial<CloudEvent> = {}): CloudEvent => ({
  specversion: '1.0',
  id: randomUUID(),
  source: 'menshen/test',
  type: 'client.updated',
  subject: 'shop',
  time: '2026-01-01T00:00:00.000Z',
  data: { client_id: 'shop', version: 1 },
  ...changes,
})

/** Resolves when the condition holds; the watchdog of the test ends it otherwise. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Tells an event as an outbox does: again until the bus has taken it. */
export async function tell(bus: EventBus, event: CloudEvent): Promise<void> {
  for (;;) {
    const taken = await bus.publish(event).then(
      () => true,
      () => false,
    )
    if (taken) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The buses of two processes that are joined; `open` names fresh ones at each call. */
export interface Joined {
  one: EventBus
  other: EventBus
  close(): Promise<void>
}

/** What every bus must do alike. */
export function eventsContract(name: string, open: () => Promise<Joined>): void {
  describe(`events ${name}`, () => {
    let joined: Joined | undefined
    afterEach(() => joined?.close())
    const opened = async () => {
      joined = await open()
      return joined
    }
    const ready = async () => {}
    const noting =
      (seen: CloudEvent[]): EventHandler =>
      (event) =>
        void seen.push(event)

    test('an event arrives as it was told, at work and at every listener', async () => {
      const { one, other } = await opened()
      const seen: [CloudEvent[], CloudEvent[], CloudEvent[]] = [[], [], []]
      await other.work({ service: 'shipping', handlers: { 'client.updated': noting(seen[0]) }, ready })
      await one.listen({ handlers: { 'client.updated': noting(seen[1]) } })
      await other.listen({ handlers: { 'client.updated': noting(seen[2]) } })
      const event = eventOfTest({
        subject: '店 😀',
        data: { client_id: '"\\\u0000', version: 1, more: [null, { 'a.b': 2 ** 53 - 1 }] },
      })
      await tell(one, event)
      await until(() => seen.every((events) => events.length > 0))
      expect(seen).toEqual([[event], [event], [event]])
    })

    test('work of a service is done by one of its processes, and by each service', async () => {
      const { one, other } = await opened()
      const [shipping, billing]: [CloudEvent[], CloudEvent[]] = [[], []]
      for (const bus of new Set([one, other]))
        await bus.work({ service: 'shipping', handlers: { 'client.updated': noting(shipping) }, ready })
      await one.work({ service: 'billing', handlers: { 'client.updated': noting(billing) }, ready })
      const events = Array.from({ length: 20 }, () => eventOfTest())
      for (const event of events) await tell(one, event)
      await until(() => shipping.length >= 20 && billing.length >= 20)
      const ids = events.map(({ id }) => id).sort()
      expect([shipping, billing].map((seen) => seen.map(({ id }) => id).sort())).toEqual([ids, ids])
    })

    test('work that fails is done again until it succeeds, and stops no other', async () => {
      const { one } = await opened()
      const tried: string[] = []
      const handler: EventHandler = ({ subject }) => {
        tried.push(subject)
        if (subject === 'broken' && tried.filter((each) => each === subject).length < 3) throw new Error('not yet')
      }
      await one.work({ service: 'shipping', handlers: { 'client.updated': handler }, ready })
      await Promise.all(['broken', 'good'].map((subject) => tell(one, eventOfTest({ subject }))))
      await until(() => tried.length >= 4)
      expect(tried.sort()).toEqual(['broken', 'broken', 'broken', 'good'])
    })

    test('a listener that fails is not told again, and keeps nobody from hearing', async () => {
      const { one, other } = await opened()
      const tried: string[] = []
      const seen: CloudEvent[] = []
      const broken: EventHandler = ({ id }) => {
        tried.push(id)
        throw new Error('broken')
      }
      await one.listen({ handlers: { 'client.updated': broken } })
      await other.listen({ handlers: { 'client.updated': noting(seen) } })
      const [first, second] = [eventOfTest(), eventOfTest()]
      for (const event of [first, second]) await tell(one, event)
      await until(() => seen.length === 2 && tried.length >= 2)
      expect([seen, tried]).toEqual([
        [first, second],
        [first.id, second.id],
      ])
    })

    test('nobody hears of what was not asked for', async () => {
      const { one } = await opened()
      const seen: CloudEvent[] = []
      await one.listen({ handlers: { 'client.updated': noting(seen) } })
      await one.work({ service: 'shipping', handlers: { 'client.updated': noting(seen) }, ready })
      for (const type of ['client.created', 'constructor', '__proto__']) await tell(one, eventOfTest({ type }))
      const last = eventOfTest()
      await tell(one, last)
      await until(() => seen.length >= 2)
      expect(seen).toEqual([last, last])
    })

    test('closing waits for work under way', async () => {
      const { one } = await opened()
      let [begun, done] = [false, false]
      const handler = async () => {
        begun = true
        await new Promise((resolve) => setTimeout(resolve, 50))
        done = true
      }
      await one.work({ service: 'shipping', handlers: { 'client.updated': handler }, ready })
      const told = tell(one, eventOfTest())
      await until(() => begun)
      await one.close()
      expect(done).toBe(true)
      await told
    })
  })
}
