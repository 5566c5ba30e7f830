import { EventBusAway } from '@menshen/shared/events'
import { reasonOf } from '@menshen/shared/events/rabbitmq-address'
import type { ParkedQueues } from '@menshen/shared/events/rabbitmq-parked'
import { ExpectedError } from '@menshen/shared/run-main'
import { type Diagnosis, failure, fine, warning } from './diagnosis.ts'

/** Whether the broker that EVENTS_URL names can be used, and whether anything lies parked there; without one, what that means. */
export async function eventsDiagnosis(eventsUrl: string): Promise<Diagnosis> {
  if (!eventsUrl.startsWith('amqp'))
    return fine('events', 'in the memory of one process; services that run apart need EVENTS_URL=amqp://… to hear of each other')
  try {
    const { openParkedQueues } = await import('@menshen/shared/events/rabbitmq-parked')
    const queues = await openParkedQueues(eventsUrl)
    try {
      return await brokerDiagnosis(queues)
    } finally {
      await queues.close()
    }
  } catch (error) {
    if (error instanceof ExpectedError) return failure('events', error.message, 'set it as docs/configuration.md tells')
    const todo =
      'see that EVENTS_URL names a RabbitMQ that runs, a virtual host of it, and a user who has rights there; events wait'
    return failure('events', `the broker takes no connection of ours: ${reasonOf(error as Error)}`, todo)
  }
}

async function brokerDiagnosis(queues: ParkedQueues): Promise<Diagnosis> {
  if (!(await queues.isDeclared()))
    return warning(
      'events',
      'the broker answers, and no service has declared its exchange there',
      'start one; where one runs its user lacks a right, and its log says which: docs/operations.md#rabbitmq',
    )
  try {
    await queues.requireRoom()
  } catch (error) {
    if (!(error instanceof EventBusAway)) throw error
    return failure('events', error.message, 'see its alarms (rabbitmq-diagnostics alarms): events wait')
  }
  const parked = Object.entries(await queues.counts())
  if (parked.length === 0) return fine('events', 'the broker answers, and nothing is parked')
  const told = parked.map(([service, count]) => `${count} of ${service}`).join(', ')
  return warning(
    'events',
    `parked are ${told}`,
    'look at `events parked list`, then `events parked retry`, or drop what is no event',
  )
}
