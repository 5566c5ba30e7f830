import type { EventBus, Outbox } from '@menshen/shared/events'
import { liveGauge } from '@menshen/shared/events/gauges'
import { requestTimes } from '@menshen/shared/http/access-log'
import { type HealthOptions, readyGauge } from '@menshen/shared/http/health'
import { type Counted, type Gauge, storeTimes, type Timed, throttled } from '@menshen/shared/http/metrics'
import type { Database } from '@menshen/shared/storage'
import { poolGauges } from '@menshen/shared/storage/gauges'
import type { LogoutOutcome } from './core/backchannel-logout.ts'
import type { Keys } from './core/keys.ts'
import type { SignInOutcome } from './core/ports.ts'
import { limits } from './core/throttle.ts'
import type { Client } from './core/types.ts'
import type { PasswordQueue } from './passwords.ts'

const outcomes = (...all: Array<SignInOutcome | LogoutOutcome['outcome']>) => all.map((outcome) => ({ outcome }))

/** What auth counts. */
export const counted: readonly Counted[] = [
  {
    name: 'menshen_backchannel_logouts_total',
    help: 'Tries to tell an app that a session ended, by how they went: told, failed, or given up after a day.',
    labels: ['outcome'],
    known: outcomes('told', 'failed', 'given up'),
  },
  {
    name: 'menshen_sign_ins_total',
    help: 'Passwords that were tried: right, wrong (also an unknown name or a banned account), throttled, or busy as too many waited.',
    labels: ['outcome'],
    known: outcomes('right', 'wrong', 'throttled', 'busy'),
  },
  {
    name: 'menshen_tokens_total',
    help: 'Answers with tokens, by grant_type and whose the client is: first_party or third_party.',
    labels: ['grant_type', 'client'],
  },
  { ...throttled, known: limits.map((limit) => ({ limit })) },
]

export const hashTimes: Timed = {
  name: 'menshen_password_hash_seconds',
  help: 'How long a password hash took, once it was its turn.',
  labels: [],
  known: [{}],
  buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
}

/** What auth times. */
export const timed: readonly Timed[] = [requestTimes, storeTimes, hashTimes]

/** Whose a client is, as a label. */
export const ownerOf = ({ first_party }: Pick<Client, 'first_party'>): string => (first_party ? 'first_party' : 'third_party')

interface Watched {
  ready: HealthOptions['ready']
  database: Database
  outbox: Outbox
  bus: EventBus
  signing: Pick<Keys, 'age'>
  passwords: PasswordQueue
}

/** What is looked up when the metrics of auth are read. */
export const gaugesOf = ({ ready, database, outbox, bus, signing, passwords }: Watched): readonly Gauge[] => [
  readyGauge(ready),
  {
    name: 'menshen_password_hashes_waiting',
    help: 'People who wait for their password to be checked.',
    read: () => passwords.waiting(),
  },
  {
    name: 'menshen_signing_key_age_seconds',
    help: 'How long the key that signs longest has been signing.',
    read: () => signing.age() / 1000,
  },
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
  ...poolGauges(database),
]
