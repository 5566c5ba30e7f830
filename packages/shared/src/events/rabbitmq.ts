import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib'
import type { Log } from '../log.ts'
import { inTraceOf } from '../tracing/trace-context.ts'
import { type Backlog, type CloudEvent, type EventBus, EventBusAway, handlerOf, type Listener, type Work } from './port.ts'
import { addressOf, reasonOf } from './rabbitmq-address.ts'
import { endConnection, orLate } from './rabbitmq-goodbye.ts'
import { contentOf, eventOf, messageProperties, publishConfirmed } from './rabbitmq-message.ts'
import { declareSuite, hourOfRetries, namesOf, type Retries, workOfCatalog } from './rabbitmq-topology.ts'
import { type Consuming, consumeWork } from './rabbitmq-work.ts'

export interface RabbitmqOptions {
  log: Log
  retries?: Retries
}

/** One connection, and what was taken up with it. */
interface Connected {
  model: ChannelModel
  publishing: ConfirmChannel
  attached: Map<Work | Listener, Promise<void>>
  consuming: Consuming[]
}

/** How long a start waits for the broker, in milliseconds. */
const FIRST_WAIT_MS = 1000

/**
 * The bus on RabbitMQ (3.10 or newer): a topic exchange, a quorum queue for the work of each service, a queue of its own for each process that listens. A
 * connection that is lost is made again, and everything declared anew; until then `publish` rejects.
 */
export async function openRabbitmq(url: string, { log, retries = hourOfRetries }: RabbitmqOptions): Promise<EventBus> {
  const { address, prefix } = addressOf(url)
  const broker = new URL(address).host
  const names = namesOf(prefix)
  const needed = new Set([...workOfCatalog().values()].flat())
  const works: Work[] = []
  const listeners: Listener[] = []
  let connected: Connected | undefined
  let live = false
  let full = false
  let told = false // that it can't be reached, or takes nothing

  async function setUp(model: ChannelModel): Promise<void> {
    model.on('error', () => {}) // told by `close`
    const publishing = await model.createConfirmChannel()
    publishing.on('error', (error) => {
      if (!told) log.warn({ reason: reasonOf(error) }, 'the channel that events are published on failed')
      told = true
    })
    publishing.on('close', () => void model.close().catch(() => {}))
    await declareSuite(publishing, names, retries)
    connected = { model, publishing, attached: new Map(), consuming: [] }
    for (const one of [...works, ...listeners]) await attach(connected, one)
  }

  function attach(to: Connected, one: Work | Listener): Promise<void> {
    const known = to.attached.get(one)
    if (known) return known
    const attaching = 'service' in one ? attachWork(to, one) : attachListener(to, one)
    to.attached.set(one, attaching)
    return attaching
  }

  async function attachWork({ model, consuming }: Connected, work: Work): Promise<void> {
    consuming.push(await consumeWork(model, work, { names, retries, log }))
  }

  async function attachListener({ model }: Connected, { handlers, onGap }: Listener): Promise<void> {
    const channel = await model.createChannel()
    channel.on('error', (error) => log.warn({ err: error }, 'the channel of a listener failed'))
    channel.on('close', () => void model.close().catch(() => {}))
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true })
    for (const type of Object.keys(handlers)) await channel.bindQueue(queue, names.exchange, type)
    await channel.consume(queue, (message) => void hear(message), { noAck: true })
    onGap?.()

    async function handle(event: CloudEvent): Promise<void> {
      try {
        await handlerOf(handlers, event.type)?.(event)
      } catch (error) {
        log.error({ err: error, event: event.id, type: event.type }, 'an event was not heard: its handler failed')
      }
    }

    async function hear(message: Parameters<Parameters<typeof channel.consume>[1]>[0]): Promise<void> {
      if (!message) return void model.close().catch(() => {}) // the queue is gone: heard again, after a gap, with the next connection
      const event = eventOf(message)
      if (!event) return
      await inTraceOf(event, () => handle(event))
    }
  }

  /** Now, or with the connection that is to come. */
  async function take(one: Work | Listener): Promise<void> {
    if (!connected) return
    const { model } = connected
    await attach(connected, one).catch((error) => {
      log.warn({ err: error }, 'a queue was not taken up: again with the next connection')
      void model.close().catch(() => {})
    })
  }

  const connection = await connect(address, {
    timeout: 5000,
    recovery: { initialDelay: 100, maxDelay: 2000, factor: 2, jitter: 0.5, waitForConnect: false, setup: setUp },
  })
  connection.on('error', () => {})
  connection.on('connect', () => {
    if (!live) log.info('the broker is there: events come and go')
    live = true
    told = false
  })
  connection.on('blocked', (reason) => {
    full = true
    log.warn({ reason }, 'the broker takes nothing, as it has no room: events wait')
  })
  connection.on('unblocked', () => {
    full = false
    log.info('the broker has room again')
  })
  connection.on('disconnect', (error) => {
    connected = undefined
    live = false
    full = false
    log.warn({ reason: reasonOf(error) }, 'the broker is away: events wait')
  })
  connection.on('connect-failed', (error) => {
    connected = undefined
    if (!told) log.warn({ broker, reason: reasonOf(error) }, 'the broker of EVENTS_URL takes no connection of ours: events wait')
    told = true
  })
  let waited: NodeJS.Timeout | undefined
  const longEnough = new Promise<void>((resolve) => {
    waited = setTimeout(resolve, FIRST_WAIT_MS)
  })
  await Promise.race([connection.waitForConnect(), longEnough])
  clearTimeout(waited)

  return {
    async publish(event) {
      if (!connected) throw new EventBusAway('the broker is away')
      if (full) throw new EventBusAway('the broker has no room') // what is sent all the same would pile up here
      const to = { exchange: names.exchange, routingKey: event.type }
      const taken = await publishConfirmed(connected.publishing, to, contentOf(event), messageProperties(event)).catch(
        (cause) => {
          throw new EventBusAway('the broker did not take an event over', { cause })
        },
      )
      if (!taken && needed.has(event.type)) throw new Error(`no queue takes ${event.type}`)
    },
    async work(work) {
      works.push(work)
      await take(work)
    },
    async listen(listener) {
      listeners.push(listener)
      await take(listener)
    },
    live: () => live && !full,
    async backlog(service) {
      if (!connected) throw new EventBusAway('the broker is away')
      return backlogOf(connected.model, {
        waiting: [names.queue(service)],
        retrying: retries.delays.map(names.retry),
        parked: [names.parked(service)],
      })
    },
    async close() {
      live = false
      const last = connected
      await Promise.all((last?.consuming ?? []).map((one) => one.stop()))
      const closing = connection.close()
      await (last ? endConnection(last.model, closing) : orLate(closing))
    },
  }
}

/** On a channel of its own, which the broker closes when there is no such queue. */
async function backlogOf(model: ChannelModel, queues: Record<keyof Backlog, string[]>): Promise<Backlog> {
  const channel = await model.createChannel()
  channel.on('error', () => {}) // what was asked rejects
  const count = async (names: string[]) => {
    const found = await Promise.all(names.map((name) => channel.checkQueue(name)))
    return found.reduce((sum, { messageCount }) => sum + messageCount, 0)
  }
  const [waiting, retrying, parked] = await Promise.all([queues.waiting, queues.retrying, queues.parked].map(count))
  const backlog = { waiting: waiting ?? 0, retrying: retrying ?? 0, parked: parked ?? 0 }
  await channel.close()
  return backlog
}
