import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import { connect } from 'node:net'
import { connect as tlsConnect } from 'node:tls'
import { afterEach, describe, expect, test } from '@jest/globals'
import Koa from 'koa'
import { ExpectedError } from '../run-main.ts'
import { testCertificate } from '../testing/certificate.ts'
import { testLog } from '../testing/test-log.ts'
import { readCertificate } from './certificate.ts'
import { type ServeOptions, type Serving, serve } from './serve.ts'

const servings: Serving[] = []
const agent = new Agent({ keepAlive: true })
const certificate = await readCertificate(testCertificate)
const tlsAgent = new TlsAgent({ keepAlive: true, ca: certificate?.cert })
afterEach(async () => {
  for (const serving of servings.splice(0)) await serving.stop()
})

/** A server whose /slow answers when it is let go. */
async function startServer(options: Partial<ServeOptions> = {}) {
  let arrived = () => {}
  let letGo = () => {}
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const permission = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const app = new Koa()
  app.silent = true
  app.use(async (ctx) => {
    if (ctx.path === '/streaming') ctx.res.write('first')
    if (ctx.path !== '/') {
      arrived()
      await permission
    }
    if (ctx.path === '/streaming') ctx.res.end('last')
    else ctx.body = 'done'
  })
  const serving = await serve({ app, port: 0, log: testLog, name: 'auth', ...options })
  servings.push(serving)
  return { ...serving, arrival, letGo }
}

/** Node's client shows the connection header, and keeps its connections. */
const get = (url: string) =>
  new Promise<{ body: string; connection: string | undefined }>((resolve, reject) => {
    const onAnswer = async (res: IncomingMessage) => {
      const chunks = await res.toArray()
      resolve({ body: chunks.join(''), connection: res.headers.connection })
    }
    const ask = url.startsWith('https:') ? tlsRequest : request
    ask(url, { agent: url.startsWith('https:') ? tlsAgent : agent }, (res) => void onAnswer(res).catch(reject))
      .on('error', reject)
      .end()
  })

test('it listens on a free port of this machine', async () => {
  const { url, port } = await startServer()
  expect(url).toBe(`http://127.0.0.1:${port}`)
  expect(await get(url)).toEqual({ body: 'done', connection: 'keep-alive' })
})

test('a taken port is told in one line that says what to do', async () => {
  const { port } = await startServer()
  const attempt = startServer({ port, variable: 'AUTH_PORT' })
  await expect(attempt).rejects.toThrow(`port ${port} is taken (auth): stop the other program or set AUTH_PORT`)
  await expect(attempt).rejects.toBeInstanceOf(ExpectedError)
})

test('a foreign address is told in one line too', async () => {
  await expect(startServer({ host: '192.0.2.1' })).rejects.toThrow('192.0.2.1 is no address of this machine (auth)')
})

test('a stop lets requests under way finish, tells them it was the last, and then closes what was opened', async () => {
  const events: string[] = []
  const { url, stop, arrival, letGo } = await startServer({ onStop: [() => void events.push('closed')] })
  const answer = get(`${url}/slow`)
  await arrival
  const stopped = stop().then(() => events.push('stopped'))
  await expect(get(`${url}/new`)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  events.push('let go')
  letGo()
  expect(await answer).toEqual({ body: 'done', connection: 'close' })
  await stopped
  expect(events).toEqual(['let go', 'closed', 'stopped'])
})

test('a stop closes idle connections, those never used too, and one whose headers had left once its answer has', async () => {
  const { url, port, stop, arrival, letGo } = await startServer()
  await get(url)
  const unused = connect(port, '127.0.0.1')
  await once(unused, 'connect')
  const answer = get(`${url}/streaming`)
  await arrival
  const stopped = stop()
  letGo()
  expect(await answer).toMatchObject({ body: 'firstlast', connection: 'keep-alive' })
  await stopped
  await once(unused.resume(), 'close')
})

test('a kept connection may bring one more request for a moment after the stop, and is told that it was the last', async () => {
  const { url, stop } = await startServer()
  await get(url)
  const stopped = stop(5000)
  expect(await get(url)).toEqual({ body: 'done', connection: 'close' }) // on the connection of the first: nobody listens any more
  await expect(get(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await stopped // long before those 5 seconds: no connection is left
})

test('a connection that brings nothing in that moment is closed after it', async () => {
  const { url, port, stop } = await startServer()
  await get(url)
  const unused = connect(port, '127.0.0.1')
  await once(unused, 'connect')
  await stop(20)
  await once(unused.resume(), 'close')
})

test('after the grace what is still under way is cut', async () => {
  const { url, stop, arrival } = await startServer({ grace: 20 })
  const answer = get(`${url}/slow`)
  await arrival
  const cut = expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' })
  await stop()
  await cut
})

test('stopping twice is stopping once', async () => {
  let closed = 0
  const { stop } = await startServer({ onStop: [() => void closed++] })
  expect(stop()).toBe(stop())
  await stop()
  expect(closed).toBe(1)
})

test('what cannot be closed does not keep the rest open', async () => {
  let closed = 0
  const failing = async () => {
    throw new Error('no')
  }
  const { stop } = await startServer({ onStop: [failing, () => void closed++] })
  await stop()
  expect(closed).toBe(1)
})

describe('with a certificate', () => {
  test('it serves https and no http', async () => {
    const { url, port } = await startServer({ certificate })
    expect(url).toBe(`https://127.0.0.1:${port}`)
    expect(await get(url)).toEqual({ body: 'done', connection: 'keep-alive' })
    await expect(get(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  test('TLS 1.1 is not spoken (RFC 8996)', async () => {
    const { port } = await startServer({ certificate })
    const old = tlsConnect({ port, host: '127.0.0.1', ca: certificate?.cert, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' })
    const [error] = await once(old, 'error')
    expect(error).toMatchObject({ code: expect.stringMatching(/PROTOCOL|VERSION|ECONNRESET/) })
  })

  test('a stop lets requests under way finish, and closes those that never shook hands or asked', async () => {
    const { url, port, stop, arrival, letGo } = await startServer({ certificate })
    const silent = connect(port, '127.0.0.1')
    const unused = tlsConnect({ port, host: '127.0.0.1', ca: certificate?.cert })
    await Promise.all([once(silent, 'connect'), once(unused, 'secureConnect')])
    const answer = get(`${url}/slow`)
    await arrival
    const stopped = stop()
    await Promise.all([once(silent.resume(), 'close'), once(unused.resume(), 'close')])
    letGo()
    expect(await answer).toEqual({ body: 'done', connection: 'close' })
    await stopped
  })
})

/** All that comes back until the server ends the connection. */
async function answerTo(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(text)
  return (await socket.toArray()).join('')
}

describe('what is no request is 400, and the connection ends', () => {
  test('an address that is not percent-encoded: it is said', async () => {
    const { port } = await startServer()
    const answer = await answerTo(port, 'GET /client/add?clientName=应用名称 HTTP/1.1\r\nhost: localhost\r\n\r\n')
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1.1 400 Bad Request\r\nConnection: close\r\n/)
    expect(head).toContain(`Content-Length: ${body.length}`)
    expect(body).toContain('percent-encoded')
  })

  test('anything else: nothing is said', async () => {
    const { port } = await startServer()
    expect(await answerTo(port, 'no request\r\n\r\n')).toMatch(/^HTTP\/1.1 400 Bad Request\r\n.*\r\n\r\n$/s)
  })
})

describe('slow and endless senders are cut', () => {
  const soon = { connectionsCheckingInterval: 10 }
  const start = 'POST / HTTP/1.1\r\nhost: localhost\r\n'

  test('who does not come to the end of the headers', async () => {
    const { port } = await startServer({ limits: { ...soon, headersTimeout: 50 } })
    expect(await answerTo(port, start)).toMatch(/^HTTP\/1.1 408 /)
    expect(await answerTo(port, '')).toMatch(/^(HTTP\/1.1 408 |$)/)
  })

  test('who does not come to the end of the body', async () => {
    const { port, arrival } = await startServer({ limits: { ...soon, headersTimeout: 50, requestTimeout: 50 } })
    const answer = answerTo(port, `${start.replace('/ ', '/slow ')}content-length: 10\r\n\r\nfive5`)
    await arrival
    expect(await answer).toMatch(/^HTTP\/1.1 408 /)
  })

  test('who keeps a connection and asks no more', async () => {
    const { port } = await startServer({ limits: { ...soon, keepAliveTimeout: 50 } })
    expect(await answerTo(port, 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')).toMatch(/^HTTP\/1.1 200 .*done$/s)
  })

  test('who never shakes hands', async () => {
    const { port } = await startServer({ certificate, limits: { handshakeTimeout: 50 } })
    expect(await answerTo(port, '')).toBe('')
  })

  test('who sends more than 16 KiB of headers', async () => {
    const { port } = await startServer()
    expect(await answerTo(port, `${start}x: ${'x'.repeat(17_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /)
  })
})
