import type { ConfirmChannel, ConsumeMessage, Options } from 'amqplib'
import { z } from 'zod'
import { type CloudEvent, EventBusAway } from './port.ts'

const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string(),
  time: z.string(),
  data: z.record(z.string(), z.unknown()),
  traceparent: z.string().optional().catch(undefined),
})

/** An event as a message of its own: structured content mode (CloudEvents AMQP binding section 3.2). */
export const contentOf = (event: CloudEvent): Buffer => Buffer.from(JSON.stringify(event))

export const messageProperties = (event: CloudEvent): Options.Publish => ({
  contentType: 'application/cloudevents+json; charset=utf-8',
  messageId: event.id,
  type: event.type,
  persistent: true,
})

/** The event of a message; nothing when it is none. */
export function eventOf({ content }: Pick<ConsumeMessage, 'content'>): CloudEvent | undefined {
  try {
    return cloudEvent.parse(JSON.parse(content.toString()))
  } catch {
    return undefined
  }
}

const CONFIRMED_WITHIN_MS = 10_000

/** The ids of messages that came back as no queue took them, which the broker tells before it confirms them. */
const returned = new WeakMap<ConfirmChannel, Set<unknown>>()

function returnedTo(channel: ConfirmChannel): Set<unknown> {
  const known = returned.get(channel)
  if (known) return known
  const ids = new Set<unknown>()
  channel.on('return', ({ properties }) => ids.add(properties.messageId))
  returned.set(channel, ids)
  return ids
}

/** Publishes and resolves when the broker has the message on disk, with whether any queue took it; rejects when it doesn't say so in time. */
export function publishConfirmed(
  channel: ConfirmChannel,
  to: { exchange: string; routingKey: string },
  content: Buffer,
  properties: Options.Publish,
): Promise<boolean> {
  const unwanted = returnedTo(channel)
  let late: NodeJS.Timeout | undefined
  const confirmed = new Promise<boolean>((resolve, reject) => {
    late = setTimeout(
      reject,
      CONFIRMED_WITHIN_MS,
      new EventBusAway('the broker did not confirm an event in time: it may have no room, see its alarms'),
    )
    channel.publish(to.exchange, to.routingKey, content, { ...properties, mandatory: true }, (error) => {
      const taken = !unwanted.delete(properties.messageId)
      if (error) reject(error)
      else resolve(taken)
    })
  })
  return confirmed.finally(() => clearTimeout(late)) // also when the channel is closed already, which throws
}
