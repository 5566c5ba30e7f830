import type { ChannelModel, ConsumeMessage } from 'amqplib'
import type { Log } from '../log.ts'
import { inTraceOf } from '../tracing/trace-context.ts'
import { type CloudEvent, handlerOf, type Work } from './port.ts'
import { orLate } from './rabbitmq-goodbye.ts'
import { eventOf, publishConfirmed } from './rabbitmq-message.ts'
import { declareService, type Names, type Retries } from './rabbitmq-topology.ts'

/** How many events of a service one process works on at a time. */
const AT_A_TIME = 20
const ASKS_EVERY_MS = 1000

export interface Consuming {
  /** Takes no more, and resolves when what is under way is done. */
  stop(): Promise<void>
}

export interface ConsumeOptions {
  names: Names
  retries: Retries
  log: Log
}

/**
 * Takes the work of a service from its queue: acknowledged when it is done, tried again with a growing delay when it failed, parked when it fails for too
 * long. While the database of the service is down nothing is taken: other processes, or this one later, do it.
 */
export async function consumeWork(model: ChannelModel, work: Work, { names, retries, log }: ConsumeOptions): Promise<Consuming> {
  const { service } = work
  const queue = names.queue(service)
  const channel = await model.createConfirmChannel()
  channel.on('error', (error) => log.warn({ err: error, queue }, 'the channel of a queue failed'))
  let stopped = false
  channel.on('close', () => {
    if (!stopped) void model.close().catch(() => {}) // all is declared and taken up again with the next connection
  })
  const underWay = new Set<Promise<void>>()
  let consumerTag: string | undefined
  await declareService(channel, names, { service, types: Object.keys(work.handlers) })
  await channel.prefetch(AT_A_TIME)
  await begin()

  async function begin(): Promise<void> {
    const taking = await channel.consume(queue, (message) => {
      if (!message) return void model.close().catch(() => {}) // the queue was deleted
      const done: Promise<void> = take(message)
        .catch((error) => {
          log.warn({ err: error, queue }, 'an event is delivered again, with the next connection')
          void model.close().catch(() => {}) // or it would hold one of the places of this process for ever
        })
        .finally(() => underWay.delete(done))
      underWay.add(done)
    })
    consumerTag = taking.consumerTag
  }

  async function take(message: ConsumeMessage): Promise<void> {
    const event = eventOf(message)
    if (!event) return putAside(message, 'it is no CloudEvent')
    await inTraceOf(event, () => handle(message, event))
  }

  async function handle(message: ConsumeMessage, event: CloudEvent): Promise<void> {
    try {
      await handlerOf(work.handlers, event.type)?.(event) // without a handler: an older version of the service wanted it
    } catch (error) {
      if (!(await isReady())) return pause(message)
      log.warn({ err: error, event: event.id, type: event.type, queue }, 'an event could not be handled and is tried again')
      return again(message, error)
    }
    channel.ack(message)
  }

  function isReady(): Promise<boolean> {
    return work.ready().then(
      () => true,
      () => false,
    )
  }

  async function pause(message: ConsumeMessage): Promise<void> {
    const tag = consumerTag
    if (tag !== undefined) {
      consumerTag = undefined
      log.warn({ queue }, 'no events are taken while the database is down')
      await channel.cancel(tag)
      setTimeout(resume, ASKS_EVERY_MS).unref()
    }
    channel.nack(message, false, true)
  }

  async function resume(): Promise<void> {
    if (stopped) return
    if (!(await isReady())) return void setTimeout(resume, ASKS_EVERY_MS).unref()
    await begin().catch((error) => log.warn({ err: error, queue }, 'events are taken again after the next connection'))
    log.info({ queue }, 'events are taken again')
  }

  async function again(message: ConsumeMessage, error: unknown): Promise<void> {
    const { attempt, firstFailedAt } = historyOf(message)
    const delay = retries.delays[Math.min(attempt, retries.delays.length) - 1] ?? 0
    if (Date.now() + delay - firstFailedAt > retries.giveUpAfter) return putAside(message, reasonOf(error))
    const headers = { [attempts]: attempt, [failedAt]: firstFailedAt }
    await move(message, { exchange: names.retry(delay), routingKey: queue }, headers)
  }

  async function putAside(message: ConsumeMessage, reason: string): Promise<void> {
    log.error({ queue, event: message.properties.messageId, reason }, 'an event was parked: `menshen events parked list`')
    await move(message, { exchange: '', routingKey: names.parked(service) }, { [parkedFor]: reason, [parkedAt]: Date.now() })
  }

  async function move(
    message: ConsumeMessage,
    to: { exchange: string; routingKey: string },
    headers: Record<string, unknown>,
  ): Promise<void> {
    const { contentType, messageId, type } = message.properties
    const taken = await publishConfirmed(channel, to, message.content, {
      contentType,
      messageId,
      type,
      persistent: true,
      headers,
    })
    if (!taken) throw new Error(`there is no queue to move an event to: ${to.exchange || to.routingKey}`)
    channel.ack(message)
  }

  return {
    async stop() {
      stopped = true
      if (consumerTag !== undefined) await orLate(channel.cancel(consumerTag))
      await Promise.all(underWay)
    },
  }
}

const attempts = 'x-menshen-attempts'
const failedAt = 'x-menshen-first-failed-at'
export const parkedFor = 'x-menshen-parked-for'
export const parkedAt = 'x-menshen-parked-at'

/** Which try has failed, counted from 1, and when the first did; headers that are none of ours say nothing. */
function historyOf({ properties: { headers = {} } }: ConsumeMessage): { attempt: number; firstFailedAt: number } {
  const now = Date.now()
  return { attempt: (counted(headers[attempts]) ?? 0) + 1, firstFailedAt: Math.min(counted(headers[failedAt]) ?? now, now) }
}

const counted = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? `${error.name}: ${error.message}` : 'unknown').slice(0, 300)
