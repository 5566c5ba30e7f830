const HEARTBEAT_S = 5

/** The URL as amqplib takes it, and the name of exchange and queues: `?prefix=…`, `menshen` when left out. */
export function addressOf(given: string): { address: string; prefix: string } {
  const url = new URL(given)
  const prefix = url.searchParams.get('prefix') || 'menshen'
  url.searchParams.delete('prefix')
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', String(HEARTBEAT_S))
  return { address: url.href, prefix }
}

/** Of the errors of a connection only what is no address: a URL may stand in the rest. */
export const reasonOf = (error: Error): string =>
  (error as NodeJS.ErrnoException).code?.toString() ?? error.message.replace(/amqps?:\S+/g, 'amqp:…')
