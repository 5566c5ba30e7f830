import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  alice,
  bookshop,
  library,
  mobileApp,
  openApi,
  projectCenter,
  reader,
  reportJob,
  type TestClient,
} from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  await auth.setApi(openApi, { client_ids: [projectCenter.client_id] })
})
afterAll(() => auth.stop())

const introspect = (client: TestClient, token: string, more: Record<string, string> = {}) =>
  auth.asClient(client, '/oauth2/introspect', { token, ...more })
const told = async (client: TestClient, token: string) => (await introspect(client, token)).body
const inactive = { active: false }

async function tokensOf(client = bookshop, scope = 'openid learning:read') {
  return (await auth.redeem(client, await auth.approve(alice, { client, scope }))).body
}

test("a client's own access token is told as it stands (RFC 7662 section 2.2)", async () => {
  const { access_token } = await tokensOf()
  const { claims } = (await auth.deps.signing.verify(access_token)) ?? {}
  const answer = await introspect(bookshop, access_token)
  expect(answer.body).toEqual({ active: true, token_type: 'Bearer', ...claims })
  expect(answer.body).toMatchObject({ sub: alice.sub, client_id: 'bookshop', scope: 'openid learning:read', iss: auth.url })
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

test('an API asks about tokens meant for it, and of others learns nothing (RFC 7662 section 4)', async () => {
  const { access_token, refresh_token } = await tokensOf()
  expect(await told(projectCenter, access_token)).toMatchObject({ active: true, aud: [openApi.resource, auth.url] })
  expect(await told(projectCenter, (await tokensOf(bookshop, 'openid')).access_token)).toEqual(inactive)
  expect(await told(projectCenter, refresh_token)).toEqual(inactive)
  expect(await told(library, access_token)).toEqual(inactive)
  expect(await told(library, refresh_token)).toEqual(inactive)
})

test('a refresh token is told to its client until it is used, expires or its Grant ends, and never as a Bearer token', async () => {
  const { refresh_token } = await tokensOf()
  const first = await told(bookshop, refresh_token)
  const exp = Math.floor(auth.clock.now() / 1000) + 30 * 86_400
  expect(first).toMatchObject({ active: true, sub: alice.sub, client_id: 'bookshop', scope: 'openid learning:read', exp })
  expect(Object.keys(first)).not.toEqual(expect.arrayContaining(['token_type']))

  const successor = (await auth.refresh(bookshop, refresh_token)).body.refresh_token
  expect(await told(bookshop, refresh_token)).toEqual(inactive)
  expect(await told(bookshop, successor)).toMatchObject({ active: true })
  await auth.revoke(bookshop, successor)
  expect(await told(bookshop, successor)).toEqual(inactive)

  const other = (await tokensOf()).refresh_token
  auth.clock.advance(30 * 86_400_000)
  expect(await told(bookshop, other)).toEqual(inactive)
})

test('revoked, expired, foreign and malformed tokens and ID tokens are inactive, and that is all that is said (RFC 7662 section 2.2)', async () => {
  const { access_token, id_token } = await tokensOf()
  const now = Math.floor(auth.clock.now() / 1000)
  const good = { iss: auth.url, aud: 'x', client_id: 'bookshop', exp: now + 60, jti: 'x' }
  const signed = (claims: object, typ = 'at+jwt') => auth.deps.signing.sign({ ...good, ...claims }, { alg: 'ES256', typ })
  expect(await told(bookshop, await signed({}))).toMatchObject({ active: true })
  const foreign = await signed({ iss: 'https://other.example' })
  const logout = await signed({}, 'logout+jwt')
  for (const token of [id_token, foreign, logout, 'x', 'a.b.c', `${access_token}x`, `${access_token}.x`])
    expect({ token, body: await told(bookshop, token) }).toEqual({ token, body: inactive })
  await auth.revoke(bookshop, access_token)
  expect(await told(bookshop, access_token)).toEqual(inactive)

  const another = (await tokensOf()).access_token
  auth.clock.advance(600_000)
  expect(await told(bookshop, another)).toEqual(inactive)
})

test('a token that rests on no Grant is active until its jti is revoked', async () => {
  const { access_token } = (await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'learning:read' })).body
  expect(await told(reportJob, access_token)).toMatchObject({ active: true, sub: 'report-job' })
  expect(await told(projectCenter, access_token)).toMatchObject({ active: true })
  await auth.revoke(reportJob, access_token)
  expect(await told(reportJob, access_token)).toEqual(inactive)
  expect(await told(projectCenter, access_token)).toEqual(inactive)
})

test('token_type_hint may be right, wrong or unknown (RFC 7662 section 2.1)', async () => {
  const { access_token, refresh_token } = await tokensOf()
  for (const token of [access_token, refresh_token])
    for (const token_type_hint of ['access_token', 'refresh_token', 'pat'])
      expect((await introspect(bookshop, token, { token_type_hint })).body.active).toBe(true)
})

test('who asks must prove who it is: no client, a wrong secret and a public client are invalid_client (RFC 7662 section 2.1)', async () => {
  const { access_token } = (await auth.passwordGrant(alice)).body
  const answers = [
    await auth.post('/oauth2/introspect', { token: access_token }),
    await introspect({ ...bookshop, secret: 'wrong' }, access_token),
    await introspect(mobileApp, access_token),
    await introspect(reader, 'x'),
  ]
  for (const answer of answers) expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  expect((await auth.asClient(bookshop, '/oauth2/introspect', {})).body.error).toBe('invalid_request')
})

test('introspecting asks the store once for an access token, twice for a refresh token', async () => {
  const { access_token, refresh_token } = await tokensOf()
  const job = (await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'learning:read' })).body.access_token
  const callsOf = async (client: TestClient, token: string) => {
    auth.database.reset()
    await introspect(client, token)
    return [...auth.database.calls]
  }
  for (const client of [projectCenter, library]) await callsOf(client, access_token) // clients and APIs are in memory from here on
  expect(await callsOf(bookshop, access_token)).toEqual(['grants.find'])
  expect(await callsOf(projectCenter, access_token)).toEqual(['grants.find'])
  expect(await callsOf(projectCenter, job)).toEqual(['revoked_tokens.find'])
  expect(await callsOf(library, access_token)).toEqual([])
  expect(await callsOf(bookshop, refresh_token)).toEqual(['refresh_tokens.find', 'grants.find'])
})
