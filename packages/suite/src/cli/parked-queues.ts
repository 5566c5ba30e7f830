import { reasonOf } from '@menshen/shared/events/rabbitmq-address'
import type { ParkedQueues } from '@menshen/shared/events/rabbitmq-parked'
import { ExpectedError } from '@menshen/shared/run-main'
import type { Context } from './command.ts'

/** Does something with the parked queues of the broker that EVENTS_URL names; nothing without one. The driver is loaded only for a broker. */
export async function withParkedQueues<Done>(
  context: Context,
  work: (queues: ParkedQueues) => Promise<Done>,
): Promise<Done | undefined> {
  const { eventsUrl } = context.config()
  if (!eventsUrl.startsWith('amqp')) return undefined
  const { openParkedQueues } = await import('@menshen/shared/events/rabbitmq-parked')
  const queues = await openParkedQueues(eventsUrl).catch((error) => {
    throw new ExpectedError(`the broker of EVENTS_URL can't be reached: ${reasonOf(error)}`)
  })
  try {
    return await work(queues)
  } finally {
    await queues.close()
  }
}
