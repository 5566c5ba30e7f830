import type { Gauge } from '../http/metrics.ts'
import type { EventBus } from './port.ts'

/** Whether events come and go. */
export const liveGauge = (bus: EventBus): Gauge => ({
  name: 'menshen_events_live',
  help: 'Whether events of other processes arrive here now: 1 or 0.',
  read: () => Number(bus.live()),
})

/** What a service that does work for events tells of it. */
export function workGauges(bus: EventBus, service: string): readonly Gauge[] {
  let asked: ReturnType<EventBus['backlog']> | undefined

  /** Asked once for all who read at the same time: each time takes a channel of the broker. */
  const backlog = () => {
    asked ??= bus.backlog(service).finally(() => {
      asked = undefined
    })
    return asked
  }
  return [
    liveGauge(bus),
    {
      name: 'menshen_events_waiting',
      help: 'Events on the broker that this service has not taken yet.',
      read: async () => (await backlog()).waiting,
    },
    {
      name: 'menshen_events_retrying',
      help: 'Events on the broker that failed, at whichever service, and wait for the next try.',
      read: async () => (await backlog()).retrying,
    },
    {
      name: 'menshen_events_parked',
      help: 'Events whose work at this service failed for an hour, or that are none: `menshen events parked list`.',
      read: async () => (await backlog()).parked,
    },
  ]
}
