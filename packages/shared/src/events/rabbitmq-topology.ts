import type { Channel } from 'amqplib'
import { catalog } from './catalog.ts'

/** How long an event that fails is tried again. */
export interface Retries {
  /** The wait before each try, in milliseconds; the last one stands for all that follow. */
  delays: readonly number[]
  /** How long after its first failure an event is parked, in milliseconds. */
  giveUpAfter: number
}

export const hourOfRetries: Retries = { delays: [1000, 5000, 15_000, 60_000, 240_000, 900_000], giveUpAfter: 3_600_000 }

/** What the exchange and the queues of a suite are called. */
export interface Names {
  exchange: string
  /** Where the work of a service waits. */
  queue(service: string): string
  /** Where what failed waits for the next try: an exchange and a queue of this name, for all services. */
  retry(delay: number): string
  /** Where what failed for too long stays, until an operator looks. */
  parked(service: string): string
}

export function namesOf(prefix: string): Names {
  const queue = (service: string) => `${prefix}.${service}`
  return {
    exchange: prefix,
    queue,
    retry: (delay) => `${prefix}.retry.${delay}`,
    parked: (service) => `${queue(service)}.parked`,
  }
}

/** No event waits longer: whoever was away for a month starts anew. */
const OLDEST_MS = 30 * 86_400_000
/** An event that takes its process down so often is parked. */
const MOST_DELIVERIES = 20

/** Declares the exchange, where failed events wait, and the queues of every service that the catalog names: what is told before its service ever ran waits there. */
export async function declareSuite(channel: Channel, names: Names, retries: Retries): Promise<void> {
  await channel.assertExchange(names.exchange, 'topic', { durable: true })
  for (const delay of retries.delays) await declareRetry(channel, names.retry(delay), delay)
  for (const [service, types] of workOfCatalog()) await declareService(channel, names, { service, types })
}

/** What comes in with the name of a queue as its routing key goes there after a while. */
async function declareRetry(channel: Channel, name: string, delay: number): Promise<void> {
  await channel.assertExchange(name, 'fanout', { durable: true })
  await channel.assertQueue(name, { durable: true, arguments: { ...quorum, 'x-message-ttl': delay } })
  await channel.bindQueue(name, name, '')
}

/** The types of events that are work, by service. */
export function workOfCatalog(): Map<string, string[]> {
  const work = new Map<string, string[]>()
  for (const [type, { work: services }] of Object.entries(catalog))
    for (const service of services) work.set(service, [...(work.get(service) ?? []), type])
  return work
}

/** Declares where the work of a service waits: a quorum queue, which survives the loss of a node, and moves on what it can't keep. */
export async function declareService(
  channel: Channel,
  names: Names,
  { service, types }: { service: string; types: readonly string[] },
): Promise<void> {
  const queue = names.queue(service)
  const parked = names.parked(service)
  await channel.assertQueue(parked, { durable: true }) // a classic one: looking into it counts as no delivery
  const limits = { 'x-message-ttl': OLDEST_MS, 'x-delivery-limit': MOST_DELIVERIES, 'x-dead-letter-routing-key': parked }
  await channel.assertQueue(queue, { durable: true, arguments: { ...quorum, ...limits } })
  for (const type of types) await channel.bindQueue(queue, names.exchange, type)
}

/** What leaves such a queue by time or count arrives where it goes, whatever dies in between (RabbitMQ 3.10). */
const quorum = {
  'x-queue-type': 'quorum',
  'x-dead-letter-exchange': '',
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
}
