import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { ExpectedError } from '../run-main.ts'
import type { Certificate } from './certificate.ts'
import { answerUnreadable } from './unreadable-requests.ts'

export interface ServeOptions {
  /** A Koa application. */
  app: { callback(): RequestListener }
  /** 0 lets the system choose. */
  port: number
  host?: string
  /** With it https is served, and nothing else. */
  certificate?: Certificate | undefined
  log: Log
  /** Stands in log lines and messages. */
  name: string
  /** The setting that a message tells people to change; `PORT` when left out. */
  variable?: string
  /** Other limits than ours. */
  limits?: Partial<typeof LIMITS>
  /** Called in order after the last request, to close what was opened. */
  onStop?: readonly (() => void | Promise<void>)[]
  /** How long requests may take to finish once stopped, in milliseconds; 8,000 when left out, as Docker kills after 10,000. */
  grace?: number
}

export interface Serving {
  url: string
  port: number
  /**
   * Takes no more connections, lets requests under way finish, then closes; the same promise every time. For so many milliseconds, none when left out,
   * a connection that waits may bring one more request, which may have been on its way.
   */
  stop(lingerMs?: number): Promise<void>
}

const SECOND = 1000

/** Limits for slow or endless senders; idle connections outlive the 60 seconds after which proxies usually close theirs. */
const LIMITS = {
  headersTimeout: 15 * SECOND,
  requestTimeout: 30 * SECOND,
  connectionsCheckingInterval: 5 * SECOND,
  keepAliveTimeout: 65 * SECOND,
  maxHeaderSize: 16 * 1024,
  handshakeTimeout: 15 * SECOND,
}

/** Serves an application; resolves once it listens, rejects with a line that says what to do when it can't. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { app, log, name, host = '127.0.0.1', certificate, limits, onStop = [], grace = 8 * SECOND } = options
  const given = { ...LIMITS, ...limits }
  const server = certificate ? createTlsServer({ ...given, ...certificate }, app.callback()) : createServer(given, app.callback())
  answerUnreadable(server)
  const finish = trackRequests(server)
  await listening(server, { ...options, host })
  server.on('error', (error) => log.error({ err: error }, 'a connection was not accepted'))
  const { port } = server.address() as AddressInfo
  const url = `${certificate ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
  log.info({ url }, `${name} listens`)

  let stopping: Promise<void> | undefined
  const stop = async (linger: number) => {
    await finish(grace, linger)
    for (const close of onStop) await attempt(close, log)
    log.info(`${name} stopped`)
  }
  return {
    url,
    port,
    stop: (lingerMs = 0) => {
      stopping ??= stop(lingerMs)
      return stopping
    },
  }
}

/** Knows what is under way, and returns what ends it: each answer is the last of its connection, after the grace all are cut. */
function trackRequests(server: Server): (grace: number, linger: number) => Promise<void> {
  const unused = new Map<string, Socket>()
  const underWay = new Set<ServerResponse>()
  let stopping = false
  let lingering = false
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    unused.set(peer, socket)
    socket.once('close', () => unused.delete(peer))
  })
  server.prependListener('request', ({ socket }: IncomingMessage, res: ServerResponse) => {
    unused.delete(peerOf(socket))
    underWay.add(res)
    res.shouldKeepAlive &&= !stopping
    res.once('close', () => {
      underWay.delete(res)
      if (stopping && !lingering) server.closeIdleConnections() // one whose headers had left before
    })
  })
  return async (grace, linger) => {
    stopping = true
    lingering = true
    for (const res of underWay) res.shouldKeepAlive = false
    const cut = setTimeout(() => server.closeAllConnections(), grace)
    const closed = closedToNewcomers(server)
    if (linger > 0) await Promise.race([closed, pause(linger)])
    lingering = false
    for (const socket of unused.values()) socket.destroy() // Node counts them as busy (browsers open some in advance)
    server.close() // again, which also closes those that wait
    await closed
    clearTimeout(cut)
  }
}

/** Listens no more, and leaves the connections that wait open, unlike `close` of an HTTP server; resolves once all connections are closed. */
const closedToNewcomers = (server: Server): Promise<void> =>
  new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()))

/** Who is at the other end; of https a connection and its requests have different sockets. */
const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`

/** What can't be closed must not keep the rest open. */
async function attempt(close: () => void | Promise<void>, log: Log): Promise<void> {
  try {
    await close()
  } catch (error) {
    log.error({ err: error }, 'could not be closed')
  }
}

type Place = Pick<ServeOptions, 'port' | 'name' | 'variable'> & { host: string }

function listening(server: Server, place: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(explained(error, place))
    server.once('error', refuse)
    server.listen(place.port, place.host, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}

/** The reasons that people meet, and what they can do. */
function explained(error: NodeJS.ErrnoException, { port, host, name, variable = 'PORT' }: Place): Error {
  const advice: Record<string, string> = {
    EADDRINUSE: `port ${port} is taken (${name}): stop the other program or set ${variable}`,
    EACCES: `port ${port} needs rights that this program lacks (${name}): set ${variable} to one above 1023`,
    EADDRNOTAVAIL: `${host} is no address of this machine (${name}): listen on another host`,
  }
  const message = advice[error.code ?? '']
  return message ? new ExpectedError(message, { cause: error }) : error
}
