import { describe, expect, test } from '@jest/globals'
import { leases } from '../leases.ts'
import { type Database, defineCollection, insertInto, openDatabase, updateIn } from '../storage/index.ts'
import { onMongo } from '../testing/databases.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { testLog } from '../testing/test-log.ts'
import {
  type CloudEvent,
  createOutbox,
  type EventBus,
  EventBusAway,
  type NewEvent,
  openEventBus,
  outboxEvents,
  parkedEvents,
} from './index.ts'

const things = defineCollection<{ id: string; size: number }>({ name: 'things', key: 'id' })
const created = (client_id: string): NewEvent => ({
  type: 'client.created',
  subject: client_id,
  data: { client_id, version: 1 },
})

function outboxOn(driver: string, url: () => string): void {
  describe(`the outbox on ${driver}`, () => {
    async function open() {
      const clock = createFakeClock()
      const database = await openDatabase(url(), { collections: [things, outboxEvents, parkedEvents, leases], clock })
      await Promise.all(
        [things, outboxEvents, parkedEvents, leases].map((definition) =>
          database.collection(definition as typeof things).remove({}),
        ),
      )
      const bus = await openEventBus('memory:', { log: testLog })
      const seen: CloudEvent[] = []
      await bus.work({ service: 'test', handlers: { 'client.created': (event) => void seen.push(event) }, ready: async () => {} })
      const outboxWith = (given: EventBus) => createOutbox({ database, bus: given, clock, log: testLog, source: 'menshen/test' })
      return {
        clock,
        database,
        bus,
        seen,
        outboxWith,
        outbox: outboxWith(bus),
        close: () => bus.close().then(() => database.close()),
      }
    }
    const left = (database: Database) => database.collection(outboxEvents).list({})
    const empty = async (database: Database) => {
      while ((await left(database)).length > 0) await new Promise(setImmediate)
    }

    test('what is committed is published at once, as a CloudEvent, and then forgotten', async () => {
      const { database, outbox, bus, seen, close } = await open()
      expect(await outbox.commit([insertInto(things, { id: 't1', size: 1 })], [created('t1')])).toBeDefined()
      await empty(database)
      await bus.close()
      expect(seen).toEqual([
        {
          specversion: '1.0',
          id: expect.any(String),
          source: 'menshen/test',
          type: 'client.created',
          subject: 't1',
          time: '2026-01-01T00:00:00.000Z',
          data: { client_id: 't1', version: 1 },
        },
      ])
      await close()
    })

    test('what was not committed is never told', async () => {
      const { database, outbox, bus, seen, close } = await open()
      expect(await outbox.commit([updateIn(things, { id: 'nobody' }, { set: { size: 2 } })], [created('nobody')])).toBeUndefined()
      await bus.close()
      expect({ seen, left: await left(database) }).toEqual({ seen: [], left: [] })
      await close()
    })

    test('what a dead process or a broken bus left behind is sent by the relay, with the same id', async () => {
      const { clock, database, bus, outboxWith, outbox, seen, close } = await open()
      const broken = { ...bus, publish: () => Promise.reject(new EventBusAway('the broker is away')) }
      await outboxWith(broken).commit([insertInto(things, { id: 't2', size: 1 })], [created('t2')])
      const [row] = await left(database)
      expect(await outbox.relay()).toBe(0) // still in the hands of its process
      clock.advance(5000)
      expect(await outbox.relay()).toBe(1)
      expect(await outbox.relay()).toBe(0)
      await bus.close()
      expect(seen.map(({ id, subject }) => ({ id, subject }))).toEqual([{ id: row?.id, subject: 't2' }])
      await close()
    })

    test('what a command commits, which has no bus, waits for the next round of a relay and no longer', async () => {
      const { database, bus, outbox, seen, close } = await open()
      const command = createOutbox({ database, bus: null, clock: createFakeClock(), log: testLog, source: 'menshen/test' })
      await command.commit([], [created('t1')])
      expect(await outbox.relay()).toBe(1)
      await bus.close()
      expect([seen.map(({ subject }) => subject), await left(database)]).toEqual([['t1'], []])
      await close()
    })

    test('what an event means to its own service is done before it is published, and again until it succeeds', async () => {
      const { clock, database, outbox, bus, seen, close } = await open()
      const subjects: string[] = []
      outbox.handle('client.created', ({ subject }) => {
        subjects.push(subject)
        if (subjects.length === 1) throw new Error('the database is away')
      })
      await outbox.commit([], [created('t1')])
      while ((await left(database))[0]?.attempts !== 1) await new Promise(setImmediate) // it rests
      expect([seen.length, (await left(database)).length]).toEqual([0, 1])
      clock.advance(6000)
      expect(await outbox.relay()).toBe(1)
      await bus.close()
      expect([subjects, seen.length, await left(database)]).toEqual([['t1', 't1'], 1, []])
      await close()
    })

    test('an event that fails rests longer each time, holds up no other, and is parked after an hour', async () => {
      const { clock, database, outbox, bus, seen, close } = await open()
      let tries = 0
      outbox.handle('client.updated', () => {
        tries += 1
        throw new Error('never')
      })
      await outbox.commit(
        [],
        [{ type: 'client.updated', subject: 'poison', data: { client_id: 'poison', version: 1 } }, created('good')],
      )
      while (tries === 0 || (await left(database)).length > 1) await new Promise(setImmediate)
      const rests: number[] = []
      while ((await database.collection(parkedEvents).list({})).length === 0) {
        const [row] = await left(database)
        rests.push(((row?.dueAt ?? 0) - clock.now()) / 1000)
        clock.advance((row?.dueAt ?? 0) - clock.now())
        await outbox.relay()
      }
      expect(rests).toEqual([1, 5, 15, 60, 240, 900, 900, 900])
      expect(tries).toBe(9)
      expect(await left(database)).toEqual([])
      expect(await database.collection(parkedEvents).list({})).toEqual([
        {
          id: expect.any(String),
          event: expect.objectContaining({ subject: 'poison' }),
          parkedAt: clock.now(),
          reason: 'Error: never',
        },
      ])
      await bus.close()
      expect(seen.map(({ subject }) => subject)).toEqual(['good'])
      await close()
    })

    test('a bus that is away costs an event nothing: all of them go when it is back, and lag says how long they wait', async () => {
      const { clock, database, bus, outboxWith, seen, close } = await open()
      let away = true
      const outbox = outboxWith({
        ...bus,
        publish: (event) => (away ? Promise.reject(new EventBusAway('the broker is away')) : bus.publish(event)),
      })
      expect(await outbox.lag()).toBe(0)
      for (let i = 0; i < 250; i++) await outbox.commit([], [created(`t${i}`)])
      for (let hours = 0; hours < 3; hours++) {
        clock.advance(3_600_000)
        expect(await outbox.relay()).toBe(0)
      }
      expect(await outbox.lag()).toBe(3 * 3_600_000)
      away = false
      expect(await outbox.relay()).toBe(250)
      await bus.close()
      expect([new Set(seen.map(({ subject }) => subject)).size, await left(database), await outbox.lag()]).toEqual([250, [], 0])
      await close()
    })

    test('what a process of an older version left behind, which did not say when it is due, is sent', async () => {
      const { database, outbox, bus, seen, close } = await open()
      const event: CloudEvent = { specversion: '1.0', id: 'old', source: 's', time: '', ...created('t1') }
      await database.collection(outboxEvents).insert({ id: 'old', event, createdAt: 1 } as never)
      expect(await outbox.relay()).toBe(1)
      await bus.close()
      expect([seen.length, await left(database)]).toEqual([1, []])
      await close()
    })

    test('one relay works at a time; when it dies another takes over', async () => {
      const { clock, database, outbox, outboxWith, bus, close } = await open()
      await database.collection(leases).insert({ name: 'outbox relay', holder: 'a dead process', endsAt: clock.now() + 10_000 })
      await outboxWith({ ...bus, publish: () => Promise.reject(new EventBusAway('away')) }).commit(
        [insertInto(things, { id: 't3', size: 1 })],
        [created('t3')],
      )
      clock.advance(9_999)
      expect(await outbox.relay()).toBe(0)
      clock.advance(1)
      expect(await outbox.relay()).toBe(1)
      await close()
    })
  })
}

outboxOn('SQLite', () => 'sqlite::memory:')
onMongo('the outbox', (freshUrl) => outboxOn('MongoDB', freshUrl))
