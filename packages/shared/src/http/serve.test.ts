import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import Koa from 'koa'
import { silentLog } from '../log.ts'
import { ExpectedError } from '../run-main.ts'
import { type ServeOptions, type Serving, serve } from './serve.ts'

const servings: Serving[] = []
const agent = new Agent({ keepAlive: true })
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
  app.use(async (ctx) => {
    if (ctx.path === '/streaming') ctx.res.write('first')
    if (ctx.path !== '/') {
      arrived()
      await permission
    }
    if (ctx.path === '/streaming') ctx.res.end('last')
    else ctx.body = 'done'
  })
  const serving = await serve({ app, port: 0, log: silentLog, name: 'auth', ...options })
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
    request(url, { agent }, (res) => void onAnswer(res).catch(reject))
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
