import { expect, test } from '@jest/globals'
import { openDatabase } from '../storage/index.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { testLog } from '../testing/test-log.ts'
import { type CloudEvent, openEventBus } from './index.ts'
import { handledEvents, workOn } from './work.ts'

const event = (id: string, data: Record<string, unknown> = { sub: 'alice', version: 1 }): CloudEvent => ({
  specversion: '1.0',
  id,
  source: 'menshen/test',
  type: 'user.disabled',
  subject: 'alice',
  time: '2026-01-01T00:00:00.000Z',
  data,
})
const always = async () => {}

test('what only listens fails alone; close waits for those that run', async () => {
  const bus = await openEventBus('memory:', { log: testLog })
  const seen: string[] = []
  const broken = () => {
    throw new Error('broken handler')
  }
  await bus.listen({ handlers: { 'user.disabled': broken } })
  await bus.listen({
    handlers: {
      async 'user.disabled'({ id }) {
        await new Promise(setImmediate)
        seen.push(id)
      },
    },
  })
  await bus.publish(event('1'))
  await bus.close()
  expect(seen).toEqual(['1'])
})

test('publishing resolves when all work is done, and rejects when some failed, after the others were asked', async () => {
  const bus = await openEventBus('memory:', { log: testLog })
  const done: string[] = []
  const failing = { 'user.disabled': () => Promise.reject(new Error('the database is away')) }
  await bus.work({ service: 'one', handlers: failing, ready: always })
  await bus.work({ service: 'two', handlers: { 'user.disabled': ({ id }) => void done.push(id) }, ready: always })
  await expect(bus.publish(event('1'))).rejects.toThrow('the database is away')
  expect(done).toEqual(['1'])
  await bus.close()
})

test('a service does each event once, however often it is told, and a failed one again', async () => {
  const clock = createFakeClock()
  const bus = await openEventBus('memory:', { log: testLog })
  const database = await openDatabase('sqlite::memory:', { collections: [handledEvents], clock })
  const done: string[] = []
  await workOn(
    { bus, database, clock, service: 'test' },
    {
      async 'user.disabled'({ id, data }, remember) {
        done.push(`${id} ${data.sub}`)
        if (done.length === 1) throw new Error('the first time it fails')
        await database.transaction([remember])
      },
    },
  )
  await expect(bus.publish(event('1'))).rejects.toThrow('the first time it fails')
  await bus.publish(event('1'))
  await bus.publish(event('1'))
  await bus.publish(event('2'))
  expect(done).toEqual(['1 alice', '1 alice', '2 alice'])
  await bus.close()
  await database.close()
})

test('an event that is not as the catalog says is refused', async () => {
  const clock = createFakeClock()
  const bus = await openEventBus('memory:', { log: testLog })
  const database = await openDatabase('sqlite::memory:', { collections: [handledEvents], clock })
  await workOn({ bus, database, clock, service: 'test' }, { 'user.disabled': always })
  await expect(bus.publish(event('1', { sub: 'alice' }))).rejects.toThrow('version')
  await bus.close()
  await database.close()
})

test.each([
  [false, true],
  [true, false],
])('a bus in memory of a service that runs alone (%s) reaches nobody else, so it is live: %s', async (alone, live) => {
  const bus = await openEventBus('memory:', { log: testLog, alone })
  expect(bus.live()).toBe(live)
  await bus.close()
})
