import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

interface FrontOptions {
  host: string
  port: number
  /** The ports of the processes behind it that run now. */
  behind(): readonly number[]
  /** What each request waits for. */
  before?(): Promise<void>
}

export interface Front {
  stop(): Promise<void>
}

/** A proxy before the processes of a service: each request goes to the next of them, over a connection of its own. */
export async function startFront({ host, port, behind, before = async () => {} }: FrontOptions): Promise<Front> {
  let turn = 0
  const server = createServer(async (req, res) => {
    await before()
    const ports = behind()
    const first = turn++ % Math.max(ports.length, 1)
    forward(req, res, [...ports.slice(first), ...ports.slice(0, first)])
  })
  await new Promise<void>((listening, fail) => {
    server.once('error', fail)
    server.listen(port, host, listening)
  })
  return {
    async stop() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }

  /** One that does not answer the knock was sent nothing: the request goes to another. */
  function forward(req: IncomingMessage, res: ServerResponse, [next, ...others]: readonly number[]): void {
    if (next === undefined) {
      refuse(res)
      return
    }
    const { method = 'GET', url = '/' } = req
    const sending = request({ host, port: next, method, path: url, headers: headersOf(req), agent: false })
    sending.once('socket', (socket) => socket.once('connect', () => req.pipe(sending)))
    sending.once('response', (answer) => pass(answer, res))
    sending.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') forward(req, res, others)
      else refuse(res)
    })
    res.once('close', () => sending.destroy())
  }
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
