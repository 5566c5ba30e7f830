import { ExpectedError } from '../run-main.ts'

const HEARTBEAT_S = 5

/** What may stand in the query: ours, and what amqplib takes. */
const options = ['prefix', 'heartbeat', 'frameMax', 'channelMax', 'locale']

/** The URL as amqplib takes it, and the name of exchange and queues: `?prefix=…`, `menshen` when left out. @throws ExpectedError for an option that nothing reads. */
export function addressOf(given: string): { address: string; prefix: string } {
  const url = new URL(given)
  const strange = [...url.searchParams.keys()].find((name) => !options.includes(name))
  if (strange !== undefined) throw new ExpectedError(`EVENTS_URL has an option ${strange}: there are ${options.join(', ')}`)
  const prefix = url.searchParams.get('prefix') || 'menshen'
  url.searchParams.delete('prefix')
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(HEARTBEAT_S))
  return { address: url.href, prefix }
}

/** Of the errors of a connection only what is no address: a URL may stand in the rest. */
export function reasonOf(error: Error): string {
  if (/ConnectionOpenOk/.test(error.message)) return 'it has no such virtual host, or the user has no rights there'
  const { code } = error as NodeJS.ErrnoException // the system's; of the broker a number, which its words explain
  return typeof code === 'string' ? code : error.message.replace(/amqps?:\S+/g, 'amqp:…')
}
