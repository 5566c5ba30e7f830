import { EventBusAway } from '@menshen/shared/events'
import { reasonOf } from '@menshen/shared/events/rabbitmq-address'
import type { ParkedQueues } from '@menshen/shared/events/rabbitmq-parked'
import { ExpectedError } from '@menshen/shared/run-main'
import type { Context } from './command.ts'

export const hasBroker = (context: Context): boolean => context.config().eventsUrl.startsWith('amqp')

/** Does something with the parked queues of the broker that EVENTS_URL names; with none without one. The driver is loaded only for a broker. @throws ExpectedError */
export async function withParkedQueues<Done>(
  context: Context,
  work: (queues: ParkedQueues | undefined) => Promise<Done>,
): Promise<Done> {
  if (!hasBroker(context)) return work(undefined)
  const { openParkedQueues } = await import('@menshen/shared/events/rabbitmq-parked')
  const queues = await openParkedQueues(context.config().eventsUrl).catch((error) => {
    if (error instanceof ExpectedError) throw error
    throw new ExpectedError(`the broker of EVENTS_URL can't be reached: ${reasonOf(error)}`)
  })
  try {
    return await work(queues)
  } catch (error) {
    throw error instanceof EventBusAway ? new ExpectedError(error.message) : error
  } finally {
    await queues.close()
  }
}
