import { reasonOf } from '@menshen/shared/events/rabbitmq-address'
import { type Diagnosis, failure, fine, warning } from './diagnosis.ts'

/** Whether the broker that EVENTS_URL names answers, and whether anything lies parked there; without one, what that means. */
export async function eventsDiagnosis(eventsUrl: string): Promise<Diagnosis> {
  if (!eventsUrl.startsWith('amqp'))
    return fine('events', 'in the memory of one process; services that run apart need EVENTS_URL=amqp://… to hear of each other')
  try {
    const { openParkedQueues } = await import('@menshen/shared/events/rabbitmq-parked')
    const queues = await openParkedQueues(eventsUrl)
    const parked = Object.entries(await queues.counts())
    await queues.close()
    if (parked.length === 0) return fine('events', 'the broker answers, and nothing is parked')
    const told = parked.map(([service, count]) => `${count} of ${service}`).join(', ')
    return warning('events', `parked are ${told}`, 'look at `events parked list`, then `events parked retry`')
  } catch (error) {
    const todo = 'see that EVENTS_URL names a RabbitMQ that runs; sign-in goes on without it, events wait'
    return failure('events', `the broker does not answer: ${reasonOf(error as Error)}`, todo)
  }
}
