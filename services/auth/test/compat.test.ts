import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createLog } from '@menshen/shared/log'
import { createBrowser } from '@menshen/shared/testing/browser'
import { decodeJwt } from 'jose'
import { clients } from '../src/stores/clients.ts'
import { alice, basic, bob, bookshop, library, type TestClient } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

const shop: TestClient = {
  ...library,
  client_id: 'dfd6e6c0-4856-4525-8fed-68e450828665',
  client_name: '应用名称',
  redirect_uris: ['http://localhost:8051/test'],
  scope: 'profile user:read learning:read',
  dialect: 'authserver',
}
/** RFC 6749's own example. */
const example: TestClient = { ...shop, client_id: 's6BhdRkqt3', redirect_uris: ['https://client.example.com/cb'] }
const page: TestClient = {
  ...bookshop,
  client_id: 'page',
  grant_types: ['implicit'],
  response_types: ['token'],
  token_endpoint_auth_method: 'none',
  secretHashes: [],
}

let auth: TestAuth
const lines: string[] = []
const withClients = async (started: TestAuth) => {
  for (const { secret: _, ...client } of [shop, example, page]) await started.database.collection(clients).insert(client)
  return started
}
beforeAll(async () => {
  const log = createLog({ service: 'auth', level: 'info', destination: { write: (line) => void lines.push(line) } })
  auth = await withClients(await startAuth({ log, env: { COMPAT: 'authserver,egg,wechat,implicit' } }))
})
afterAll(() => auth.stop())

const authorizeUrl = (client: TestClient, more: Record<string, string> = {}) =>
  auth.authorizeUrl(client, { scope: 'snsapi_login', ...more }).replace('/oauth2/authorize', '/authorize')
const codeFor = async (client: TestClient, more: Record<string, string> = {}) => {
  const location = await auth.signInAt(authorizeUrl(client, more), alice, client, createBrowser())
  return new URL(location).searchParams.get('code') ?? ''
}
const redeem = async (client: TestClient, code: string) =>
  auth.get(
    `/oauth2/access_token?${new URLSearchParams({ client_id: client.client_id, client_secret: client.secret ?? '', grant_type: 'authorization_code', '': client.redirect_uris[0] ?? '', code })}`,
  )

describe('a client of the authserver', () => {
  test('gets its flat answer, with an openid of its own and 7200 seconds', async () => {
    const { status, body, headers } = await redeem(shop, await codeFor(shop))
    expect([status, body]).toEqual([
      200,
      {
        access_token: expect.any(String),
        refresh_token: expect.any(String),
        openid: auth.deps.subjectOf(shop, alice.sub),
        scope: 'user_info',
        expires_in: 7200,
      },
    ])
    expect(body.openid).not.toBe(alice.sub)
    expect(body.openid).not.toBe(auth.deps.subjectOf({ ...shop, client_id: 'another' }, alice.sub))
    expect([headers.get('cache-control'), headers.get('pragma'), headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-cache',
      'no-referrer',
    ])
    expect(decodeJwt(body.access_token)).toMatchObject({ scope: 'profile user:read', client_id: shop.client_id })
  })

  test('refreshes without its secret, each token once', async () => {
    const { body } = await redeem(shop, await codeFor(shop))
    const refresh = (token: string) =>
      auth.post(`/oauth2/refresh_token?client_id=${shop.client_id}&grant_type=refresh_token&refresh_token=${token}`, {})
    const { status, body: next } = await refresh(body.refresh_token)
    expect([status, next.openid, next.scope]).toEqual([200, body.openid, 'user_info'])
    auth.clock.advance(31_000)
    expect((await refresh(body.refresh_token)).body).toMatchObject({ result: false, errcode: 4002 })
    expect((await refresh(next.refresh_token)).body).toMatchObject({ result: false, errcode: 4002, data: null })
  })

  test('loses no code to a HEAD', async () => {
    const code = await codeFor(shop)
    const { client_id, secret = '', redirect_uris } = shop
    const query = new URLSearchParams({ client_id, client_secret: secret, grant_type: 'authorization_code', code })
    const head = await fetch(`${auth.url}/oauth2/access_token?${query}&redirect_uri=${redirect_uris[0]}`, { method: 'HEAD' })
    expect([head.status, (await redeem(shop, code)).status]).toEqual([405, 200])
  })

  test('is answered in the envelope when something is wrong', async () => {
    const { status, body } = await redeem({ ...shop, secret: 'wrong' }, 'code')
    expect([status, body]).toEqual([
      401,
      { result: false, errcode: 4001, msg: expect.stringMatching(/^应用不存在或密钥错误/), data: null },
    ])
  })

  test('may have a short secret, which it shows by Basic at /token', async () => {
    await auth.setClient(example, { token_endpoint_auth_method: 'client_secret_basic' })
    const code = await codeFor(example)
    const { status, body } = await auth.post(
      '/token',
      { grant_type: 'authorization_code', code, redirect_uri: 'https://client.example.com/cb' },
      { authorization: basic('s6BhdRkqt3', example.secret ?? '') },
    )
    expect([status, body]).toEqual([200, expect.objectContaining({ token_type: 'Bearer', expires_in: 7200 })])
  })

  test('does not exist for the core, nor a client of the core for it', async () => {
    const code = await codeFor(shop)
    const asked = { grant_type: 'authorization_code', code, redirect_uri: shop.redirect_uris[0] ?? '' }
    expect((await auth.token(shop, asked)).body.error).toBe('invalid_client')
    const approved = await auth.approve(bob, { client: library })
    expect((await redeem(library, approved.code)).body.errcode).toBe(4001)
    expect((await redeem(shop, code)).status).toBe(200)
  })
})

test('the log marks what is asked in a dialect, and holds no secret, code or token of it', async () => {
  lines.length = 0
  const code = await codeFor(shop)
  const { body } = await redeem(shop, code)
  await auth.post(
    `/oauth2/refresh_token?client_id=${shop.client_id}&grant_type=refresh_token&refresh_token=${body.refresh_token}`,
    {},
  )
  const marked = lines.map((line) => JSON.parse(line)).filter(({ dialect }) => dialect === 'authserver')
  expect(marked.map(({ path, client_id }) => path ?? client_id)).toEqual([
    shop.client_id,
    '/oauth2/access_token',
    '/oauth2/refresh_token',
  ])
  for (const secret of [shop.secret ?? '', code, body.access_token, body.refresh_token])
    expect(lines.filter((line) => line.includes(secret))).toEqual([])
})

describe('response_type=token', () => {
  test('gives a client that registered it an access token in the fragment, which rests on a Grant', async () => {
    const location = new URL(
      await auth.signInAt(auth.authorizeUrl(page, { response_type: 'token' }), alice, page, createBrowser()),
    )
    const answer = Object.fromEntries(new URLSearchParams(location.hash.slice(1)))
    expect([location.search, answer]).toEqual([
      '',
      {
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: '600',
        scope: 'openid learning:read',
        state: 'xyz',
        iss: auth.url,
      },
    ])
    const userinfo = () => auth.get('/oauth2/userinfo', { authorization: `Bearer ${answer['access_token']}` })
    expect((await userinfo()).body).toMatchObject({ sub: alice.sub })
    await auth.deps.grants.revoke(String(decodeJwt(answer['access_token'] ?? '')['grant_id']), 'test')
    expect((await userinfo()).status).toBe(401)
  })

  test.each([
    ['a client that did not register it', bookshop, {}, 'unauthorized_client', /code flow with PKCE/],
    ['an answer in the query', page, { response_mode: 'query' }, 'invalid_request', /histories/],
  ])('is refused for %s', async (_, client, more, error, said) => {
    const { headers } = await auth.get(
      new URL(auth.authorizeUrl(client, { response_type: 'token', ...more })).href.slice(auth.url.length),
    )
    const answer = new URLSearchParams(new URL(headers.get('location') ?? '', auth.url).hash.slice(1))
    expect([answer.get('error'), answer.get('error_description')]).toEqual([error, expect.stringMatching(said)])
  })
})

describe('without COMPAT', () => {
  test('no dialect answers, none of their clients exists, and nothing is given by response_type=token', async () => {
    const plain = await withClients(await startAuth())
    for (const path of ['/oauth2/access_token', '/sns/userinfo', '/connect/qrconnect', '/users/token'])
      expect([path, (await plain.get(path)).status]).toEqual([path, 404])
    expect((await plain.get(`/authorize?client_id=${shop.client_id}`)).status).toBe(400)
    const { headers } = await plain.get(
      new URL(plain.authorizeUrl(page, { response_type: 'token' })).href.slice(plain.url.length),
    )
    expect(headers.get('location')).toContain('#error=unsupported_response_type')
    const { body } = await plain.get('/.well-known/openid-configuration')
    expect([body.response_types_supported, body.menshen_compat]).toEqual([['code'], undefined])
    await plain.stop()
  })
})
