import { randomUUID } from 'node:crypto'
import { type ConfirmChannel, connect, type GetMessage } from 'amqplib'
import { EventBusAway } from './port.ts'
import { addressOf } from './rabbitmq-address.ts'
import { endConnection } from './rabbitmq-goodbye.ts'
import { eventOf, publishConfirmed } from './rabbitmq-message.ts'
import { namesOf, workOfCatalog } from './rabbitmq-topology.ts'
import { parkedAt, parkedFor } from './rabbitmq-work.ts'

/** Work that failed for too long on RabbitMQ, as an operator sees it. */
export interface ParkedMessage {
  /** Whose work it is. */
  service: string
  /** null: it is no CloudEvent, and has no id. */
  id: string | null
  type: string | null
  subject: string | null
  /** Milliseconds; null when the broker parked it and does not say. */
  parkedAt: number | null
  reason: string
}

/** What waits to be looked at on a broker. */
export interface ParkedQueues {
  /** Some of each service, the oldest first; they stay where they are. */
  list(limit: number): Promise<ParkedMessage[]>
  /** How many there are, by service. */
  counts(): Promise<Record<string, number>>
  /** Has those done again that fit, each in its turn; tells how many. A message is in one of the two queues at every moment. @throws EventBusAway, with nothing done, when the broker has no room. */
  retry(fits: (message: ParkedMessage) => boolean): Promise<number>
  /** Takes away those that fit; tells how many. */
  drop(fits: (message: ParkedMessage) => boolean): Promise<number>
  /** @throws EventBusAway when the broker takes nothing now, as it has no room. */
  requireRoom(): Promise<void>
  /** Whether a service declared the exchange of the suite. */
  isDeclared(): Promise<boolean>
  close(): Promise<void>
}

/** Opens the parked queues of the suite that this URL names. @throws when the broker does not answer. */
export async function openParkedQueues(url: string): Promise<ParkedQueues> {
  const { address, prefix } = addressOf(url)
  const names = namesOf(prefix)
  const services = [...workOfCatalog().keys()]
  const connection = await connect(address, { timeout: 5000 })
  connection.on('error', () => {}) // what was asked rejects

  /** Each on a channel of its own: what is taken and not acknowledged goes back where it was when the channel closes; a queue that is not there is empty. */
  async function each<Found>(
    look: (channel: ConfirmChannel, service: string, count: number) => Promise<Found>,
  ): Promise<Found[]> {
    const found: Found[] = []
    for (const service of services) {
      const channel = await connection.createConfirmChannel()
      channel.on('error', () => {})
      const count = await channel.checkQueue(names.parked(service)).then(
        ({ messageCount }) => messageCount,
        () => 0,
      )
      if (count === 0) continue
      found.push(await look(channel, service, count))
      await channel.close()
    }
    return found
  }

  async function browse(channel: ConfirmChannel, service: string, limit: number): Promise<ParkedMessage[]> {
    const found: ParkedMessage[] = []
    while (found.length < limit) {
      const message = await channel.get(names.parked(service))
      if (!message) break
      found.push(shownOf(service, message))
    }
    return found
  }

  async function moveBack(channel: ConfirmChannel, service: string, { content, properties }: GetMessage): Promise<void> {
    const { contentType, messageId, type } = properties
    const to = { exchange: '', routingKey: names.queue(service) }
    if (!(await publishConfirmed(channel, to, content, { contentType, messageId, type, persistent: true })))
      throw new Error(`there is no queue ${to.routingKey}`)
  }

  /** Takes those that fit out of where they are parked, each after what is done with it; tells how many. */
  async function takeOut(fits: (message: ParkedMessage) => boolean, first: typeof moveBack): Promise<number> {
    const taken = await each(async (channel, service, count) => {
      let done = 0
      for (let seen = 0; seen < count; seen++) {
        const message = await channel.get(names.parked(service))
        if (!message) break
        if (!fits(shownOf(service, message))) continue
        await first(channel, service, message)
        channel.ack(message)
        done++
      }
      return done
    })
    return taken.reduce((sum, done) => sum + done, 0)
  }

  async function requireRoom(): Promise<void> {
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => {})
    const nobody = { exchange: '', routingKey: `${prefix}.nobody.${randomUUID()}` }
    // it takes one message, says that it takes no more, and reads nothing of us from then on
    const blocked = new Promise<never>((_, reject) => {
      connection.once('blocked', (reason) => reject(new EventBusAway(`the broker takes nothing: ${reason}`)))
    })
    const published = publishConfirmed(channel, nobody, Buffer.from('?'), { messageId: nobody.routingKey })
    await Promise.race([published.then(() => channel.close()), blocked])
  }

  return {
    list: async (limit) => (await each((channel, service, count) => browse(channel, service, Math.min(limit, count)))).flat(),
    counts: async () => Object.fromEntries(await each(async (_channel, service, count) => [service, count] as const)),
    async retry(fits) {
      await requireRoom() // or some would be done again, and the rest not
      return takeOut(fits, moveBack)
    },
    drop: (fits) => takeOut(fits, async () => {}),
    requireRoom,
    async isDeclared() {
      const channel = await connection.createChannel()
      channel.on('error', () => {})
      return channel.checkExchange(names.exchange).then(
        () => channel.close().then(() => true),
        () => false,
      )
    },
    close: () => endConnection(connection),
  }
}

function shownOf(service: string, message: GetMessage): ParkedMessage {
  const event = eventOf(message)
  const { headers = {} } = message.properties
  const at = headers[parkedAt]
  return {
    service,
    id: event?.id ?? null,
    type: event?.type ?? null,
    subject: event?.subject ?? null,
    parkedAt: typeof at === 'number' ? at : null,
    reason: String(headers[parkedFor] ?? reasons[String(headers['x-first-death-reason'])] ?? 'unknown'),
  }
}

/** Why the broker itself parked a message. */
const reasons: Readonly<Record<string, string>> = {
  delivery_limit: 'it took its process down too often',
  expired: 'nobody took it for 30 days',
}
