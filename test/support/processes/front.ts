import { createServer, type IncomingMessage, type RequestListener, request, type ServerResponse } from 'node:http'
import { keepSecrets, logsFolder } from '../kept-logs.ts'
import type { Exchange } from './seen-secrets.ts'

interface Behind {
  host: string
  /** The ports of the processes behind it that run now. */
  behind(): readonly number[]
  /** What each request waits for. */
  before?: (() => Promise<void>) | undefined
  /** Told of each request with its answer. */
  watch?: ((exchange: Exchange) => void) | undefined
}

export interface Front {
  stop(): Promise<void>
}

/** A proxy before the processes of a service. */
export async function startFront({ port, ...behind }: Behind & { port: number }): Promise<Front> {
  const server = createServer(inTurn(behind))
  await new Promise<void>((listening, fail) => {
    server.once('error', fail)
    server.listen(port, behind.host, listening)
  })
  return {
    async stop() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Gives each request to the next process, over a connection of its own. */
export function inTurn({ host, behind, before = async () => {}, watch }: Behind): RequestListener {
  let turn = 0
  const told = logsFolder === undefined ? watch : keeping(watch)
  return async (req, res) => {
    await before()
    const ports = behind()
    const first = turn++ % Math.max(ports.length, 1)
    forward(req, res, { host, ports: [...ports.slice(first), ...ports.slice(0, first)], watch: told })
  }
}

const keeping =
  (watch: Behind['watch']) =>
  (exchange: Exchange): void => {
    keepSecrets(exchange)
    watch?.(exchange)
  }

type Forwarding = Pick<Behind, 'host' | 'watch'> & { ports: readonly number[] }

/** One that does not answer the knock was sent nothing: the request goes to another. */
function forward(req: IncomingMessage, res: ServerResponse, { host, ports, watch }: Forwarding): void {
  const [port, ...others] = ports
  if (port === undefined) {
    refuse(res)
    return
  }
  const { method = 'GET', url = '/' } = req
  const sending = request({ host, port, method, path: url, headers: headersOf(req), agent: false })
  let sent: Promise<string> | undefined
  sending.once('socket', (socket) =>
    socket.once('connect', () => {
      sent = watch && textOf(req)
      req.pipe(sending)
    }),
  )
  sending.once('response', (answer) => {
    pass(answer, res)
    if (watch) tell(watch, req, answer, sent)
  })
  sending.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') forward(req, res, { host, ports: others, watch })
    else refuse(res)
  })
  res.once('close', () => sending.destroy())
}

/** What a proxy says when nobody behind it answered. */
function refuse(res: ServerResponse): void {
  if (res.headersSent) res.destroy()
  else res.writeHead(502, { 'content-type': 'text/plain' }).end('nobody behind this proxy answered\n')
}

function headersOf({ headers, socket }: IncomingMessage) {
  const seen = [headers['x-forwarded-for'], socket.remoteAddress].filter(Boolean).join(', ')
  return { ...headers, 'x-forwarded-for': seen, connection: 'close' }
}

/** Fields that are of one connection (RFC 9110 section 7.6.1). */
const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding'])

function pass(answer: IncomingMessage, res: ServerResponse): void {
  const { statusCode = 502, statusMessage, headersDistinct } = answer
  for (const [name, values = []] of Object.entries(headersDistinct)) if (!ofConnection.has(name)) res.setHeader(name, values)
  res.writeHead(statusCode, statusMessage)
  answer.pipe(res)
  answer.once('error', () => res.destroy()) // cut off: the client must not take it for whole
}

async function tell(
  watch: (exchange: Exchange) => void,
  { url = '', headers }: IncomingMessage,
  answer: IncomingMessage,
  sent: Promise<string> | undefined,
): Promise<void> {
  const [body = '', answered] = await Promise.all([sent, textOf(answer)])
  watch({ url, headers, body, answer: { headers: answer.headers, body: answered } })
}

/** What goes through, as text; of what was cut off as much as came. */
function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  message.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((done) => message.once('close', () => done(Buffer.concat(chunks).toString())))
}
