import { listParkedEvents, retryParkedEvents } from '@menshen/auth/admin/parked-events'
import { type Command, type Input, UsageError } from './command.ts'
import { withParkedQueues } from './parked-queues.ts'
import { tableOf, timeOf } from './table.ts'

const MOST = 1000

const list: Command = {
  name: 'events parked list',
  about: 'Lists the events that were given up after an hour of failing, or because they are none.',
  help: `Shown are ${MOST} of each service at most, the oldest first: those of auth from its outbox, those of the other services from RabbitMQ, when EVENTS_URL names one.
Each counts in /metrics. The log of the service tells why it failed, by the id.`,
  examples: ['events parked list'],
  json: '`{ "items": [{ "service", "id", "type", "subject", "parkedAt", "reason" }] }`: `id`, `type` and `subject` are null for what is no event',
  async run(_input, context) {
    const admin = await context.admin({ readOnly: true })
    const ofAuth = (await listParkedEvents(admin, MOST)).map(({ id, event: { type, subject }, parkedAt, reason }) => ({
      service: 'auth',
      id,
      type,
      subject,
      parkedAt,
      reason,
    }))
    const ofOthers = await withParkedQueues(context, (queues) => queues.list(MOST))
    const items = [...ofAuth, ...(ofOthers ?? [])]
    const rows = items.map(({ service, id, type, subject, parkedAt, reason }) => [
      service,
      id ?? '-',
      type ?? '-',
      subject ?? '-',
      timeOf(parkedAt),
      reason,
    ])
    const headings = ['service', 'id', 'type', 'subject', 'parked', 'reason']
    return { json: { items }, text: items.length === 0 ? 'none' : tableOf(headings, rows) }
  },
}

const retry: Command = {
  name: 'events parked retry',
  parameters: ['[ID]'],
  options: { all: { about: 'All that are parked.' } },
  about: 'Has a parked event, or all of them, done again: at once, and for another hour.',
  help: 'A service does an event once, however often it is told. What fails again is parked again.',
  examples: ['events parked retry 6f1c2c0e-8f0e-4f5c-9b1d-0d5a3b8f7a11', 'events parked retry --all'],
  json: '`{ "retried": how many }`',
  async run(input, context) {
    const fits = whichOf(input)
    const ofAuth = await retryParkedEvents(fits, await context.admin())
    const ofOthers = await withParkedQueues(context, (queues) => queues.retry(fits))
    const retried = ofAuth + (ofOthers ?? 0)
    return { json: { retried }, text: `${retried} events are done again`, code: retried === 0 && !input.flag('all') ? 3 : 0 }
  },
}

function whichOf(input: Input): (event: { id: string | null }) => boolean {
  const [id] = input.words
  if ((id === undefined) !== input.flag('all')) throw new UsageError('give an ID, or --all')
  return (event) => id === undefined || event.id === id
}

export const eventCommands: readonly Command[] = [list, retry]
