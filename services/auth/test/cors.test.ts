import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { clients } from '../src/stores/clients.ts'
import { alice, bookshop, reader } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const origin = 'https://app.example'
const registered = ['/oauth2/token', '/oauth2/userinfo', '/oauth2/revoke']
const everybody = ['/oauth2/jwks', '/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

/** The CORS headers of an answer. */
async function corsOf(path: string, { method = 'POST', ...headers }: Record<string, string> = {}) {
  const answer = await fetch(`${auth.url}${path}`, { method, headers })
  await answer.arrayBuffer()
  const names = ['origin', 'methods', 'headers', 'credentials'] as const
  const cors = Object.fromEntries(names.map((name) => [name, answer.headers.get(`access-control-allow-${name}`)] as const))
  return { ...(cors as Record<(typeof names)[number], string | null>), status: answer.status, vary: answer.headers.get('vary') }
}

const asked = { method: 'OPTIONS', 'access-control-request-method': 'POST' }

test.each(registered)('%s: a script of a registered redirect URI reads the answer, also of a failure', async (path) => {
  expect(await corsOf(path, { origin })).toMatchObject({ origin, credentials: null, vary: 'Origin' })
  expect((await corsOf(path, { origin })).status).toBeGreaterThanOrEqual(400)
})

test.each(registered)('%s: its preflight allows Authorization and Content-Type, and no credentials', async (path) => {
  const answer = await corsOf(path, { ...asked, origin, 'access-control-request-headers': 'authorization,content-type' })
  const headers = 'authorization, content-type, traceparent'
  expect(answer).toEqual({ status: 204, origin, methods: 'GET, POST', headers, credentials: null, vary: 'Origin' })
})

test.each(registered)('%s: no other origin is allowed, and none that looks like one', async (path) => {
  const others = [
    'https://evil.example',
    'null',
    'http://app.example',
    'https://app.example:8443',
    'https://app.example.evil.example',
    'https://app.example/',
    'HTTPS://APP.EXAMPLE',
    '*',
  ]
  for (const origin of others) {
    const nothing = { origin: null, methods: null, headers: null, credentials: null, vary: 'Origin' }
    expect(await corsOf(path, { origin })).toMatchObject(nothing)
    expect(await corsOf(path, { ...asked, origin })).toEqual({ ...nothing, status: 204 })
  }
  expect(await corsOf(path)).toMatchObject({ origin: null, vary: 'Origin' })
})

test.each(everybody)('%s is for every script', async (path) => {
  expect(await corsOf(path, { method: 'GET', origin: 'https://evil.example' })).toMatchObject({ status: 200, origin: '*' })
  expect(await corsOf(path, { ...asked, origin: 'https://evil.example' })).toMatchObject({ status: 204, origin: '*' })
})

test('pages, authorize and introspection are for no script', async () => {
  for (const path of ['/oauth2/authorize', '/oauth2/introspect', '/interaction/x/sign-in'])
    for (const method of ['GET', 'POST', 'OPTIONS'])
      expect(await corsOf(path, { method, origin })).toMatchObject({ origin: null, methods: null })
})

test('an app in a browser redeems its code and asks userinfo', async () => {
  const approved = await auth.approve(alice, { client: reader, scope: 'openid' })
  const form = { grant_type: 'authorization_code', client_id: 'reader', redirect_uri: reader.redirect_uris[0] ?? '' }
  const redeemed = await auth.post(
    '/oauth2/token',
    { ...form, code: approved.code, code_verifier: approved.verifier },
    { origin },
  )
  expect(redeemed.headers.get('access-control-allow-origin')).toBe(origin)
  const authorization = `Bearer ${redeemed.body.access_token}`
  const told = await auth.get('/oauth2/userinfo', { authorization, origin })
  expect(told).toMatchObject({ status: 200, body: { sub: alice.sub } })
  expect(told.headers.get('access-control-allow-origin')).toBe(origin)
  const refused = await auth.get('/oauth2/userinfo', { origin })
  expect(refused.headers.get('access-control-expose-headers')).toContain('www-authenticate')
})

test('the origins follow the clients: at once by an event, within 5 seconds without', async () => {
  const spa = 'https://spa.example'
  const isAllowed = async () => (await corsOf('/oauth2/token', { origin: spa })).origin !== null
  const native = ['com.example.app:/callback', 'http://127.0.0.1/callback']
  expect(await isAllowed()).toBe(false)
  await auth.setClient(bookshop, { redirect_uris: [...native, `${spa}/callback`] })
  expect(await isAllowed()).toBe(true)
  expect((await corsOf('/oauth2/token', { origin: 'null' })).origin).toBeNull() // a private-use scheme has no origin
  await auth.database.collection(clients).update({ client_id: bookshop.client_id }, { set: { redirect_uris: native } })
  auth.clock.advance(5001)
  expect(await isAllowed()).toBe(false)
})

test('a request without Origin asks the store nothing, one with asks once in 5 seconds', async () => {
  auth.clock.advance(5001)
  const calls = async (headers: Record<string, string>) => {
    auth.database.reset()
    await corsOf('/oauth2/userinfo', headers)
    return [...auth.database.calls]
  }
  expect(await calls({})).toEqual([])
  expect(await calls({ origin })).toEqual(['clients.list'])
  expect(await calls({ origin })).toEqual([])
})
