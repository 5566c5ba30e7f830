import { request } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from '@jest/globals'
import Koa, { type Context } from 'koa'
import { type Listening, listen } from '../testing/http.ts'
import { BodyError, parseForm, readForm, readJson } from './body.ts'

const servers: Listening[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

/** A server that answers with what it read, or with the BodyError it met; anything else is a 500. */
async function startServer(read: (ctx: Context) => Promise<unknown>) {
  const app = new Koa()
  app.silent = true
  app.use(async (ctx) => {
    try {
      ctx.body = { read: await read(ctx) }
    } catch (error) {
      if (!(error instanceof BodyError)) throw error
      ctx.status = error.status
      ctx.body = { error: error.message }
    }
  })
  const server = await listen(app)
  servers.push(server)
  return server
}

async function send(url: string, body: RequestInit['body'], headers: Record<string, string>) {
  const response = await fetch(url, { method: 'POST', body: body ?? null, headers, duplex: 'half' })
  return { status: response.status, connection: response.headers.get('connection'), ...((await response.json()) as object) }
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const JSON_TYPE = { 'content-type': 'application/json' }

test('a form is the list of its parameters, repeated ones too (RFC 6749 section 3.2)', async () => {
  const { url } = await startServer((ctx) => readForm(ctx))
  const body = 'grant_type=password&a=1&a=2&empty=&bare&&=x&e%3Dq=%26+%2B%E9%97%A8&half=a=b'
  expect(await send(url, body, FORM)).toMatchObject({
    status: 200,
    read: [
      ['grant_type', 'password'],
      ['a', '1'],
      ['a', '2'],
      ['empty', ''],
      ['bare', ''],
      ['', 'x'],
      ['e=q', '& +门'],
      ['half', 'a=b'],
    ],
  })
})

test('a form is read as URLSearchParams reads it, wherever that replaces nothing', () => {
  for (const text of ['', '&', 'a', 'a=b&c=d', '+=+', 'a=%00', 'x=%F0%9F%9A%AA&y=ü', 'a==', '=&=', 'a=b&&c']) {
    expect(parseForm(text)).toEqual([...new URLSearchParams(text)])
  }
})

test.each(['a=%', 'a=%4', 'a=%zz', '%=b', 'a=%ff', 'a=%c3%28', 'a=%ed%a0%80', 'a=%c0%af'])(
  'the broken percent-encoding %s is the fault of the sender (RFC 3986 section 2.1, RFC 3629 section 3)',
  async (body) => {
    const { url } = await startServer((ctx) => readForm(ctx))
    expect(await send(url, body, FORM)).toMatchObject({ status: 400, error: 'the form has a broken percent-encoding' })
  },
)

test('bytes that are not UTF-8 are the fault of the sender', async () => {
  const { url } = await startServer((ctx) => (ctx.path === '/json' ? readJson(ctx) : readForm(ctx)))
  const bytes = Buffer.from([0x61, 0x3d, 0xff])
  expect(await send(url, bytes, FORM)).toMatchObject({ status: 400, error: 'the body is not valid UTF-8' })
  expect(await send(`${url}/json`, Buffer.from([0x22, 0xc3, 0x22]), JSON_TYPE)).toMatchObject({ status: 400 })
})

test('a form may have 200 parameters, no more', async () => {
  const { url } = await startServer(async (ctx) => (await readForm(ctx)).length)
  expect(await send(url, 'a=1&'.repeat(200), FORM)).toMatchObject({ status: 200, read: 200 })
  expect(await send(url, 'a=1&'.repeat(201), FORM)).toMatchObject({ status: 400, error: 'the form has too many parameters' })
})

test('the content type may have parameters and any case, but no other charset (RFC 9110 section 8.3)', async () => {
  const { url } = await startServer((ctx) => readForm(ctx))
  const type = 'application/x-www-form-urlencoded'
  for (const good of [`${type}; charset=UTF-8`, `${type};charset="utf-8"`, 'Application/X-WWW-Form-URLencoded', `${type}; x=y`]) {
    expect(await send(url, 'a=1', { 'content-type': good })).toMatchObject({ status: 200 })
  }
  for (const bad of [
    `${type}; charset=latin1`,
    'application/json',
    'text/plain',
    `${type}x`,
    `multipart/form-data; boundary=${type}`,
  ]) {
    expect(await send(url, 'a=1', { 'content-type': bad })).toMatchObject({ status: 415 })
  }
  expect(await send(url, new Uint8Array([0x61]), {})).toMatchObject({ status: 415 })
})

test('a compressed body is refused (RFC 9110 section 15.5.16)', async () => {
  const { url } = await startServer((ctx) => readForm(ctx))
  expect(await send(url, gzipSync('a=1'), { ...FORM, 'content-encoding': 'gzip' })).toMatchObject({ status: 415 })
  expect(await send(url, 'a=1', { ...FORM, 'content-encoding': 'identity' })).toMatchObject({ status: 200 })
})

test('JSON is read with its +json relatives; what is not JSON is the fault of the sender', async () => {
  const { url } = await startServer((ctx) => readJson(ctx))
  expect(await send(url, '{"a":[1]}', JSON_TYPE)).toMatchObject({ status: 200, read: { a: [1] } })
  expect(await send(url, 'null', { 'content-type': 'application/merge-patch+json; charset=utf-8' })).toMatchObject({
    status: 200,
    read: null,
  })
  for (const broken of ['', '{', 'undefined', '\ufeff{}']) {
    expect(await send(url, broken, JSON_TYPE)).toMatchObject({ status: 400, error: 'the body is not valid JSON' })
  }
  expect(await send(url, 'a=1', FORM)).toMatchObject({ status: 415, error: 'the body must be application/json' })
})

test('a body in several chunks is put together', async () => {
  const { url } = await startServer((ctx) => readJson(ctx))
  const parts = ['{"a":"', '门'.repeat(5000), '"}'].map((part) => new TextEncoder().encode(part))
  const stream = new ReadableStream({
    pull(controller) {
      const part = parts.shift()
      if (part) controller.enqueue(part)
      else controller.close()
    },
  })
  expect(await send(url, stream, JSON_TYPE)).toMatchObject({ status: 200, read: { a: '门'.repeat(5000) } })
})

test('a body of the limit is read, one byte more is refused and the connection closed (RFC 9110 section 15.5.14)', async () => {
  const { url } = await startServer((ctx) => readForm(ctx, { limit: 10 }))
  expect(await send(url, 'a=12345678', FORM)).toMatchObject({ status: 200, connection: 'keep-alive' })
  const refusal = { status: 413, error: 'the body must not be larger than 10 bytes', connection: 'close' }
  expect(await send(url, 'a=123456789', FORM)).toMatchObject(refusal)
  expect(await send(url, new Blob(['a=123456789']).stream(), FORM)).toMatchObject(refusal)
})

test('attack: a great body is refused before it has come, and one without a length as soon as it is too large', async () => {
  const { url } = await startServer((ctx) => readForm(ctx))
  const status = (headers: Record<string, string>, body: string) =>
    new Promise((resolve, reject) => {
      const req = request(url, { method: 'POST', headers: { ...FORM, ...headers } }, (res) => resolve(res.resume().statusCode))
      req.on('error', reject)
      req.write(body) // never ended
    })
  expect(await status({ 'content-length': '1000000000' }, 'a=1')).toBe(413)
  expect(await status({ 'transfer-encoding': 'chunked' }, 'x'.repeat(70_000))).toBe(413)
})

test('a sender who leaves midway is no error of ours', async () => {
  let met: (error: unknown) => void
  const error = new Promise((resolve) => {
    met = resolve
  })
  const { port } = await startServer((ctx) => readForm(ctx).catch((reason) => met(reason)))
  const socket = connect(port, '127.0.0.1')
  socket.write(
    'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 9\r\n\r\na=1',
    () => socket.destroy(),
  )
  expect(await error).toMatchObject({ name: 'BodyError', status: 400, message: 'the body was cut off' })
})

test('reading a body twice is a mistake of ours, and says so instead of waiting for ever', async () => {
  const { url } = await startServer(async (ctx) => {
    await readForm(ctx)
    return readForm(ctx).catch((error: Error) => error.message)
  })
  expect(await send(url, 'a=1', FORM)).toMatchObject({ read: 'the body of this request was read before' })
})
