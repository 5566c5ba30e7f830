import type { EventBus, Outbox } from '@menshen/shared/events'
import { liveGauge } from '@menshen/shared/events/gauges'
import type { Counted, Gauge } from '@menshen/shared/http/metrics'

/** What auth counts. */
export const counted: readonly Counted[] = [
  {
    name: 'menshen_backchannel_logouts_total',
    help: 'Tries to tell an app that a session ended, by how they went: told, failed, or given up after a day.',
    labels: ['outcome'],
  },
]

/** What is looked up when the metrics of auth are read. */
export const gaugesOf = ({ outbox, bus }: { outbox: Outbox; bus: EventBus }): readonly Gauge[] => [
  {
    name: 'menshen_outbox_lag_seconds',
    help: 'The age of the oldest event that is not published; 0 when all are.',
    read: async () => (await outbox.lag()) / 1000,
  },
  {
    name: 'menshen_events_parked',
    help: 'Events whose work at auth failed for an hour, 1000 at most: `menshen events parked list`.',
    read: () => outbox.parked(),
  },
  liveGauge(bus),
]
