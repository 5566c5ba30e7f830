import { dropParkedEvents, listParkedEvents, retryParkedEvents } from '@menshen/auth/admin/parked-events'
import { ExpectedError } from '@menshen/shared/run-main'
import { type Command, type Context, type Input, UsageError } from './command.ts'
import { hasBroker, withParkedQueues } from './parked-queues.ts'
import { tableOf, timeOf } from './table.ts'

const MOST = 1000

interface Parked {
  service: string
  id: string | null
  type: string | null
  subject: string | null
  parkedAt: number | null
  reason: string
}

const list: Command = {
  name: 'events parked list',
  about: 'Lists the events that were given up after an hour of failing, or because they are none.',
  help: `Shown are ${MOST} of each service at most, the oldest first: those of auth from its outbox, those of the other services from the RabbitMQ that EVENTS_URL names;
when it can't be reached, that is said below those of auth, and the exit code is 1. Each counts in /metrics. The log of the service tells why it failed, by the id.`,
  examples: ['events parked list'],
  json: '`{ "items": [{ "service", "id", "type", "subject", "parkedAt", "reason" }], "broker" }`: `id`, `type` and `subject` are null for what is no event; `broker` is `asked`, `none` or why it could not be asked',
  async run(_input, context) {
    const admin = await context.admin({ readOnly: true })
    const ofAuth = (await listParkedEvents(admin, MOST)).map(
      ({ id, event: { type, subject }, parkedAt, reason }): Parked => ({
        service: 'auth',
        id,
        type,
        subject,
        parkedAt,
        reason,
      }),
    )
    const { ofOthers, broker } = await parkedAtBroker(context)
    const items = [...ofAuth, ...ofOthers]
    const text = [items.length === 0 ? 'none' : tableOf(headings, items.map(rowOf)), ...remarkOn(broker)].join('\n')
    return { json: { items, broker }, text, code: broker === 'asked' || broker === 'none' ? 0 : 1 }
  },
}

async function parkedAtBroker(context: Context): Promise<{ ofOthers: readonly Parked[]; broker: string }> {
  try {
    const ofOthers = await withParkedQueues(context, async (queues) => queues?.list(MOST))
    return { ofOthers: ofOthers ?? [], broker: ofOthers ? 'asked' : 'none' }
  } catch (error) {
    if (error instanceof ExpectedError) return { ofOthers: [], broker: error.message }
    throw error
  }
}

function remarkOn(broker: string): string[] {
  if (broker === 'asked') return []
  return [broker === 'none' ? 'Only auth was asked: EVENTS_URL names no broker.' : `Only auth was asked: ${broker}`]
}

const headings = ['service', 'id', 'type', 'subject', 'parked', 'reason']

const rowOf = ({ service, id, type, subject, parkedAt, reason }: Parked) => [
  service,
  id ?? '-',
  type ?? '-',
  subject ?? '-',
  timeOf(parkedAt),
  reason,
]

const retry: Command = {
  name: 'events parked retry',
  parameters: ['[ID]'],
  options: { all: { about: 'All that are parked, but for what is no event.' } },
  about: 'Has a parked event, or all of them, done again: at once, and for another hour.',
  help: 'A service does an event once, however often it is told. What fails again is parked again.',
  examples: ['events parked retry 6f1c2c0e-8f0e-4f5c-9b1d-0d5a3b8f7a11', 'events parked retry --all'],
  json: '`{ "retried": how many }`',
  async run(input, context) {
    const fits = whichOf(input, 'all', ({ id }) => id !== null)
    const retried = await withParkedQueues(
      context,
      async (queues) => ((await queues?.retry(fits)) ?? 0) + (await retryParkedEvents(fits, await context.admin())),
    )
    return { json: { retried }, ...outcomeOf(input, context, { done: `${retried} events are done again`, count: retried }) }
  },
}

const drop: Command = {
  name: 'events parked drop',
  parameters: ['[ID]'],
  options: { invalid: { about: 'All that are no events, which nothing can ever do.' } },
  about: 'Takes a parked event away, or all that are none: what it tells of is never done.',
  help: 'A service that missed an event does not know what it told, such as that a person is gone: retry it where that can help. Those of auth are in the audit.',
  examples: ['events parked drop --invalid --yes', 'events parked drop 6f1c2c0e-8f0e-4f5c-9b1d-0d5a3b8f7a11'],
  json: '`{ "dropped": how many }`',
  confirm: ({ words: [id] }) =>
    id === undefined ? 'Drop what is parked and no event?' : `Drop the parked event ${id} for good?`,
  async run(input, context) {
    const fits = whichOf(input, 'invalid', ({ id }) => id === null)
    const dropped = await withParkedQueues(
      context,
      async (queues) => ((await queues?.drop(fits)) ?? 0) + (await dropParkedEvents(fits, await context.admin())),
    )
    return { json: { dropped }, ...outcomeOf(input, context, { done: `${dropped} parked events are gone`, count: dropped }) }
  },
}

type Fits = (event: { id: string | null }) => boolean

/** The one of the ID, or those of the flag. @throws UsageError for none or both. */
function whichOf({ words: [id], flag }: Input, name: string, ofFlag: Fits): Fits {
  if ((id === undefined) !== flag(name)) throw new UsageError(`give an ID, or --${name}`)
  return id === undefined ? ofFlag : (event) => event.id === id
}

function outcomeOf({ words: [id] }: Input, context: Context, { done, count }: { done: string; count: number }) {
  const remarks = hasBroker(context) ? [] : remarkOn('none')
  const isMissing = id !== undefined && count === 0
  return { text: [isMissing ? `no event ${id} is parked` : done, ...remarks].join('\n'), code: isMissing ? 3 : 0 }
}

export const eventCommands: readonly Command[] = [list, retry, drop]
