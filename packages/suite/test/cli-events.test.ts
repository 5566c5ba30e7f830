import { afterEach, describe, expect, test } from '@jest/globals'
import { type AdminDeps, openAdmin } from '@menshen/auth/admin/open'
import { loadAuthConfig } from '@menshen/auth/config'
import { audit } from '@menshen/auth/stores/audit'
import { outboxEvents, parkedEvents } from '@menshen/shared/events'
import { eventOfTest, until } from '@menshen/shared/events/contract'
import { openRabbitmq } from '@menshen/shared/events/rabbitmq'
import { insertInto } from '@menshen/shared/storage'
import { onRabbit } from '@menshen/shared/testing/brokers'
import { testSqliteUrl } from '@menshen/shared/testing/databases'
import { removeFromBroker } from '@menshen/shared/testing/remove-from-broker'
import { testLog } from '@menshen/shared/testing/test-log'
import { databaseUrlOf } from '../src/database-urls.ts'
import { runHere } from './support/in-process.ts'

const SECRETS_KEY = 'the secrets key of the tests; 32 or more'
const onlyAuth = 'Only auth was asked: EVENTS_URL names no broker.\n'
let admin: AdminDeps | undefined
afterEach(() => admin?.close())

async function started(eventsUrl = 'memory:') {
  const DATABASE_URL = testSqliteUrl().replace('/test.db', '')
  admin = await openAdmin(loadAuthConfig({ DATABASE_URL: databaseUrlOf(DATABASE_URL, 'auth'), SECRETS_KEY }))
  const { database } = admin
  const env = { DATABASE_URL, SECRETS_KEY, EVENTS_URL: eventsUrl, MENSHEN_ACTOR: 'the tests' }
  return {
    database,
    menshen: (...args: string[]) => runHere(['events', 'parked', ...args], { env }),
    park: (id: string) =>
      database.transaction([
        insertInto(parkedEvents, { id, event: eventOfTest({ id }), parkedAt: 1, reason: 'Error: the app is away' }),
      ]),
  }
}

test('what auth parked is listed, and goes back into the outbox, with a record of who did it', async () => {
  const { database, menshen, park } = await started()
  for (const id of ['first', 'second']) await park(id)
  expect((await menshen('list')).out).toMatch(
    /^auth +first +client.updated +shop +1970-01-01T00:00:00Z +Error: the app is away$/m,
  )
  expect(await menshen('retry', 'first', '--json')).toMatchObject({ code: 0, out: expect.stringContaining('"retried": 1') })
  expect(JSON.parse((await menshen('list', '--json')).out).items.map(({ id }: { id: string }) => id)).toEqual(['second'])
  expect(await database.collection(outboxEvents).list({})).toMatchObject([
    { id: 'first', event: eventOfTest({ id: 'first' }), attempts: 0, firstFailedAt: null },
  ])
  expect(await database.collection(audit).list({})).toMatchObject([
    { actor: 'the tests', action: 'event.retried', subject: 'first' },
  ])
})

test('an event that is not parked is not found; neither an id nor --all, or both, is refused', async () => {
  const { menshen, park } = await started()
  await park('first')
  expect(await menshen('retry', 'other')).toMatchObject({ code: 3, out: expect.stringMatching(/^no event other is parked$/m) })
  expect(await menshen('retry')).toMatchObject({ code: 2, err: expect.stringContaining('give an ID, or --all') })
  expect(await menshen('retry', 'first', '--all')).toMatchObject({ code: 2 })
  expect(await menshen('retry', '--all')).toMatchObject({ code: 0, out: `1 events are done again\n${onlyAuth}` })
  expect((await menshen('list')).out).toBe(`none\n${onlyAuth}`)
})

test('an event of auth is dropped by its id when somebody says so, with a record of who did it', async () => {
  const { database, menshen, park } = await started()
  for (const id of ['first', 'second']) await park(id)
  expect(await menshen('drop', 'first')).toMatchObject({ code: 2, err: expect.stringContaining('--yes') })
  expect(await menshen('drop', '--yes')).toMatchObject({ code: 2, err: expect.stringContaining('give an ID, or --invalid') })
  expect(await menshen('drop', '--invalid', '--yes')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^0 parked events are gone$/m),
  })
  expect(await menshen('drop', 'first', '--yes', '--json')).toMatchObject({
    code: 0,
    out: expect.stringContaining('"dropped": 1'),
  })
  expect(await menshen('drop', 'first', '--yes')).toMatchObject({ code: 3 })
  expect(await database.collection(parkedEvents).list({})).toMatchObject([{ id: 'second' }])
  expect(await database.collection(outboxEvents).list({})).toEqual([])
  expect(await database.collection(audit).list({})).toMatchObject([
    { actor: 'the tests', action: 'event.dropped', subject: 'first' },
  ])
})

test('a broker that is away is told without its password, below what auth has; nothing is retried or dropped then', async () => {
  const { menshen, park } = await started('amqp://menshen:secret@127.0.0.1:1/app')
  await park('first')
  const away = "the broker of EVENTS_URL can't be reached: ECONNREFUSED\n"
  const { code, out } = await menshen('list')
  expect([code, out]).toEqual([1, expect.stringMatching(new RegExp(`^auth +first .*\\nOnly auth was asked: ${away}$`, 'm'))])
  for (const act of [
    ['retry', 'first'],
    ['drop', 'first', '--yes'],
  ])
    expect(await menshen(...act)).toMatchObject({ code: 1, err: away })
  expect(JSON.parse((await menshen('list', '--json')).out)).toMatchObject({ items: [{ id: 'first' }], broker: away.trim() })
})

test('an option that EVENTS_URL does not have is refused by its name', async () => {
  const { menshen } = await started('amqp://127.0.0.1:1/app?prfix=x')
  expect((await menshen('retry', '--all')).err).toBe(
    'EVENTS_URL has an option prfix: there are prefix, heartbeat, frameMax, channelMax, locale\n',
  )
})

onRabbit('menshen events', (freshUrl) => {
  describe('menshen events on RabbitMQ', () => {
    test('what a service parked is listed beside, and done again', async () => {
      const url = freshUrl()
      const retries = { delays: [10], giveUpAfter: 0 }
      const bus = await openRabbitmq(url, { log: testLog, retries })
      const tried: string[] = []
      const handler = ({ subject }: { subject: string }) => {
        tried.push(subject)
        if (tried.length === 1) throw new Error('the disk is full')
      }
      await bus.work({ service: 'user-api', handlers: { 'user.deleted': handler }, ready: async () => {} })
      const event = eventOfTest({ type: 'user.deleted', subject: 'alice', data: { sub: 'alice', version: 2 } })
      await bus.publish(event)
      const { menshen } = await started(url)
      await until(async () => (await menshen('list')).out !== 'none\n')
      expect((await menshen('list')).out).toMatch(/^user-api +\S+ +user.deleted +alice +20\S+Z +Error: the disk is full$/m)
      expect(await menshen('retry', event.id)).toMatchObject({ code: 0 })
      await until(() => tried.length === 2)
      expect((await menshen('list')).out).toBe('none\n')
      await bus.close()
      await removeFromBroker(url, { retries })
    })

    test('what is no event is not retried, as it would be parked again, and can be dropped', async () => {
      const url = freshUrl()
      const bus = await openRabbitmq(url, { log: testLog })
      await bus.work({ service: 'user-api', handlers: { 'user.deleted': () => {} }, ready: async () => {} })
      for (const nothing of ['one', 'two']) await bus.publish({ type: 'user.deleted', nothing } as never)
      const { menshen } = await started(url)
      const parked = async () =>
        JSON.parse((await menshen('list', '--json')).out).items.filter(
          ({ service }: { service: string }) => service === 'user-api',
        )
      await until(async () => (await parked()).length === 2)
      expect((await parked())[0]).toMatchObject({ id: null, type: null, reason: 'it is no CloudEvent' })
      expect((await menshen('retry', '--all')).out).toBe('0 events are done again\n')
      expect(await parked()).toHaveLength(2)
      await menshen('drop', '--invalid', '--yes')
      expect(await parked()).toEqual([])
      await bus.close()
      await removeFromBroker(url)
    })
  })
})
