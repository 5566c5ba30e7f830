import type { Counted } from '@menshen/shared/http/metrics'

/** What auth counts. */
export const counted: readonly Counted[] = [
  {
    name: 'menshen_backchannel_logouts_total',
    help: 'Tries to tell an app that a session ended, by how they went: told, failed, or given up after a day.',
    labels: ['outcome'],
  },
]
