import { describe, expect, test } from '@jest/globals'
import { connect } from 'amqplib'
import { ExpectedError } from '../run-main.ts'
import { onRabbit } from '../testing/brokers.ts'
import { removeFromBroker } from '../testing/remove-from-broker.ts'
import { testLog } from '../testing/test-log.ts'
import { eventOfTest, eventsContract, tell, until } from './contract.ts'
import { openEventBus } from './index.ts'
import { openRabbitmq } from './rabbitmq.ts'
import { openParkedQueues } from './rabbitmq-parked.ts'
import { namesOf } from './rabbitmq-topology.ts'

const quick = { delays: [20, 40], giveUpAfter: 300 }
const ready = async () => {}

eventsContract('in one process', async () => {
  const bus = await openEventBus('memory:', { log: testLog })
  return { one: bus, other: bus, close: () => bus.close() }
})

onRabbit('events', (freshUrl) => {
  const open = (url: string) => openRabbitmq(url, { log: testLog, retries: quick })
  const remove = (url: string) => removeFromBroker(url, { services: ['shipping', 'billing'], retries: quick })

  eventsContract('on RabbitMQ', async () => {
    const url = freshUrl()
    const [one, other] = await Promise.all([open(url), open(url)])
    return {
      one,
      other,
      async close() {
        await Promise.all([one.close(), other.close()])
        await remove(url)
      },
    }
  })

  describe('on RabbitMQ', () => {
    /** How many messages wait in a queue of the suite that this URL names. */
    async function waiting(url: string, queueOf: (names: ReturnType<typeof namesOf>) => string): Promise<number> {
      const connection = await connect(url)
      const channel = await connection.createChannel()
      const names = namesOf(new URL(url).searchParams.get('prefix') ?? '')
      const { messageCount } = await channel.checkQueue(queueOf(names))
      await connection.close()
      return messageCount
    }

    test('what is told before a service ever ran waits for it', async () => {
      const url = freshUrl()
      const first = await open(url)
      const event = eventOfTest({ type: 'user.deleted', data: { sub: 'alice', version: 2 } })
      await first.publish(event)
      await until(async () => (await first.backlog('open-api')).waiting === 1)
      await first.close()
      const second = await open(url)
      const seen: string[] = []
      await second.work({ service: 'open-api', handlers: { 'user.deleted': ({ id }) => void seen.push(id) }, ready })
      await until(() => seen.length > 0)
      expect(seen).toEqual([event.id])
      await second.close()
      await remove(url)
    })

    test('work that keeps failing is parked, and the rest goes on', async () => {
      const url = freshUrl()
      const bus = await open(url)
      const tried: string[] = []
      const handler = ({ subject }: { subject: string }) => {
        tried.push(subject)
        if (subject === 'poison') throw new Error('never')
      }
      await bus.work({ service: 'shipping', handlers: { 'client.updated': handler }, ready })
      for (const subject of ['poison', 'good']) await tell(bus, eventOfTest({ subject }))
      await until(async () => (await waiting(url, (names) => names.parked('shipping'))) === 1)
      expect(tried.filter((subject) => subject === 'poison').length).toBeGreaterThan(3)
      expect(tried.filter((subject) => subject === 'good')).toEqual(['good'])
      await bus.close()
      await remove(url)
    })

    test('what waits for its next try is counted', async () => {
      const url = freshUrl()
      const retries = { delays: [60_000], giveUpAfter: 3_600_000 }
      const bus = await openRabbitmq(url, { log: testLog, retries })
      const fail = () => Promise.reject(new Error('not yet'))
      await bus.work({ service: 'shipping', handlers: { 'client.updated': fail }, ready })
      await tell(bus, eventOfTest())
      await until(async () => (await bus.backlog('shipping')).retrying === 1)
      expect(await bus.backlog('shipping')).toEqual({ waiting: 0, retrying: 1, parked: 0 })
      await bus.close()
      await removeFromBroker(url, { services: ['shipping'], retries })
    })

    test('what was parked is listed as it lies, and done again when an operator says so', async () => {
      const url = freshUrl()
      const bus = await open(url)
      let broken = true
      const done: string[] = []
      const handler = ({ subject }: { subject: string }) => {
        if (broken) throw new Error('the disk is full')
        done.push(subject)
      }
      await bus.work({ service: 'open-api', handlers: { 'user.deleted': handler }, ready })
      const told = ['alice', 'bob'].map((subject) =>
        eventOfTest({ type: 'user.deleted', subject, data: { sub: subject, version: 2 } }),
      )
      for (const event of told) await tell(bus, event)
      const parked = await openParkedQueues(url)
      await until(async () => (await parked.counts())['open-api'] === 2)
      const listed = (await parked.list(10)).filter(({ service }) => service === 'open-api')
      expect(await bus.backlog('open-api')).toEqual({ waiting: 0, retrying: 0, parked: 2 })
      expect(listed.map(({ id }) => id).sort()).toEqual(told.map(({ id }) => id).sort())
      expect(listed[0]).toMatchObject({
        type: 'user.deleted',
        parkedAt: expect.any(Number),
        reason: 'Error: the disk is full',
      })
      broken = false
      expect(await parked.retry(({ subject }) => subject === 'alice')).toBe(1)
      await until(() => done.length > 0)
      expect((await parked.list(10)).map(({ subject }) => subject)).toEqual(['bob'])
      expect(await parked.retry(() => true)).toBe(1)
      await until(() => done.length > 1)
      expect([done, await parked.counts()]).toEqual([['alice', 'bob'], {}])
      await parked.close()
      await bus.close()
      await remove(url)
    })

    test.each<[string, (names: ReturnType<typeof namesOf>) => string]>([
      ['where it waits for the next try', ({ retry }) => retry(20)],
      ['where it is parked', ({ parked }) => parked('shipping')],
    ])('failed work is not lost when somebody deleted the queue %s: it is declared anew', async (_where, queueOf) => {
      const url = freshUrl()
      const bus = await open(url)
      const fail = () => Promise.reject(new Error('never'))
      await bus.work({ service: 'shipping', handlers: { 'client.updated': fail }, ready })
      const connection = await connect(url)
      const channel = await connection.createChannel()
      await channel.deleteQueue(queueOf(namesOf(new URL(url).searchParams.get('prefix') ?? '')))
      await connection.close()
      await tell(bus, eventOfTest())
      await until(() =>
        bus.backlog('shipping').then(
          ({ parked }) => parked === 1,
          () => false,
        ),
      )
      await bus.close()
      await remove(url)
    })

    test('what stands in the headers of a stranger neither keeps a message for ever nor breaks the connection', async () => {
      const url = freshUrl()
      const bus = await open(url)
      let gaps = 0
      await bus.listen({ handlers: {}, onGap: () => void gaps++ })
      const fail = () => Promise.reject(new Error('never'))
      await bus.work({ service: 'shipping', handlers: { 'client.updated': fail }, ready })
      const connection = await connect(url)
      const channel = await connection.createConfirmChannel()
      const queue = namesOf(new URL(url).searchParams.get('prefix') ?? '').queue('shipping')
      for (const tries of ['many', -5, 0.5]) {
        const headers = { 'x-menshen-attempts': tries, 'x-menshen-first-failed-at': 'soon' }
        channel.sendToQueue(queue, Buffer.from(JSON.stringify(eventOfTest())), { headers })
      }
      await channel.waitForConfirms()
      await connection.close()
      await until(async () => (await bus.backlog('shipping')).parked === 3)
      expect(gaps).toBe(1)
      await bus.close()
      await remove(url)
    })

    test('work that waited and fails as soon as it is taken is tried again like any other', async () => {
      const url = freshUrl()
      const first = await open(url)
      await first.publish(eventOfTest({ type: 'user.deleted', data: { sub: 'alice', version: 2 } }))
      await first.close()
      const bus = await open(url)
      const tried: string[] = []
      const fail = ({ id }: { id: string }) => {
        tried.push(id)
        throw new Error('never')
      }
      await bus.work({ service: 'open-api', handlers: { 'user.deleted': fail }, ready })
      await until(() => tried.length > 1)
      await bus.close()
      await remove(url)
    })

    test('a message that is no CloudEvent is parked', async () => {
      const url = freshUrl()
      const bus = await open(url)
      await bus.work({ service: 'shipping', handlers: { 'client.updated': () => {} }, ready })
      const names = namesOf(new URL(url).searchParams.get('prefix') ?? '')
      const connection = await connect(url)
      const channel = await connection.createConfirmChannel() // a quorum queue may lose what nobody waits for
      for (const content of ['', 'no JSON', '{"specversion":"1.0"}'])
        channel.publish(names.exchange, 'client.updated', Buffer.from(content))
      await channel.waitForConfirms()
      await connection.close()
      await until(async () => (await waiting(url, ({ parked }) => parked('shipping'))) === 3)
      await bus.close()
      await remove(url)
    })

    test('nothing is taken while the database of the service is down; another process of it takes it', async () => {
      const url = freshUrl()
      const [broken, good] = await Promise.all([open(url), open(url)])
      let down = true
      const tried: string[] = []
      const fail = () => Promise.reject(new Error('the database is away'))
      await broken.work({
        service: 'shipping',
        handlers: {
          async 'client.updated'({ id }) {
            if (down) await fail()
            tried.push(id)
          },
        },
        ready: async () => {
          if (down) await fail()
        },
      })
      const events = Array.from({ length: 30 }, () => eventOfTest())
      for (const event of events.slice(0, 10)) await tell(good, event)
      const done: string[] = []
      await good.work({ service: 'shipping', handlers: { 'client.updated': ({ id }) => void done.push(id) }, ready })
      for (const event of events.slice(10, 20)) await tell(good, event)
      await until(() => done.length === 20)
      await good.close()
      down = false
      const late = await open(url)
      for (const event of events.slice(20)) await tell(late, event)
      await until(() => tried.length === 10)
      expect([...done, ...tried].sort()).toEqual(events.map(({ id }) => id).sort())
      await Promise.all([broken.close(), late.close()])
      await remove(url)
    })
  })
})

test.each(['nats://user:secret@broker', 'amqp:', 'amqp://user:secret@one:1,two:2/x', 'secret'])(
  'a URL of no known broker is refused in one line, without what stands in it: %s',
  async (url) => {
    const refusal = await openEventBus(url, { log: testLog }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ExpectedError)
    expect(refusal).toHaveProperty('message', 'EVENTS_URL must be memory: or amqp://…')
  },
)
