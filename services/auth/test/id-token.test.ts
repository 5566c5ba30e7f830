import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { sessions } from '../src/stores/sessions.ts'
import { alice, bob, bookshop, library, mobileApp, openApi, projectApi, projectCenter, userApi } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const tokensOf = async (client = bookshop, more: Record<string, string> = {}) =>
  (await auth.redeem(client, await auth.approve(alice, { client, ...more }))).body
const seconds = () => Math.floor(auth.clock.now() / 1000)

test.each([
  ['RS256 by default', bookshop, 'RS256'],
  ['ES256 when the client registered it', library, 'ES256'],
])(
  'an ID token is signed with %s, for its client, and bound to its access token (OpenID Connect Core section 2, 3.1.3.6)',
  async (_, client, alg) => {
    const { id_token, access_token } = await tokensOf(client, { scope: 'openid', nonce: 'n-1' })
    const keys = createLocalJWKSet((await auth.get('/oauth2/jwks')).body)
    const currentDate = new Date(auth.clock.now())
    const expected = { issuer: auth.url, audience: client.client_id, algorithms: [alg], typ: 'JWT', currentDate }
    const { payload } = await jwtVerify(id_token, keys, expected)
    const at_hash = createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url')
    expect(payload).toEqual({
      iss: auth.url,
      sub: alice.sub,
      aud: client.client_id,
      iat: seconds(),
      exp: seconds() + 3600,
      auth_time: seconds(),
      nonce: 'n-1',
      acr: 'urn:menshen:acr:1fa',
      amr: ['pwd'],
      sid: decodeJwt(access_token)['sid'],
      at_hash,
    })
  },
)

test('the ID token of a refresh tells of the same sign-in, without nonce (section 12.2)', async () => {
  const first = await tokensOf(bookshop, { scope: 'openid', nonce: 'n-1' })
  auth.clock.advance(3600_000)
  const refreshed = (await auth.refresh(bookshop, first.refresh_token)).body
  const { iat, exp, at_hash, nonce, ...signIn } = decodeJwt(first.id_token)
  const again = decodeJwt(refreshed.id_token)
  expect(again).toMatchObject(signIn)
  expect(again).not.toHaveProperty('nonce')
  expect(again.iat).toBe(Number(iat) + 3600)
  expect(again['at_hash']).not.toBe(at_hash)
  expect(decodeJwt(refreshed.access_token)['auth_time']).toBe(signIn['auth_time'])
})

test('auth_time is when the person proved who they are, also where single sign-on answered (section 2, 3.1.2.1)', async () => {
  const browser = createBrowser()
  await auth.approve(alice, { client: projectCenter, browser, scope: 'openid' })
  const signedIn = seconds()
  auth.clock.advance(60_000)
  const approved = await auth.approve(alice, { client: projectCenter, browser, scope: 'openid', max_age: '3600' })
  const { id_token, access_token } = (await auth.redeem(projectCenter, approved)).body
  expect([decodeJwt(id_token)['auth_time'], decodeJwt(access_token)['auth_time']]).toEqual([signedIn, signedIn])
})

test('without openid there is no ID token (section 3.1.3.3)', async () => {
  expect(await tokensOf(bookshop, { scope: 'learning:read' })).not.toHaveProperty('id_token')
})

test('an access token is for the APIs that own its scopes, with openid also for userinfo (RFC 9068 section 3, RFC 8707 section 2.2)', async () => {
  const scopes: Record<string, unknown> = {
    openid: auth.url,
    'openid profile': auth.url,
    'user:read': userApi.resource,
    'openid user:read': [userApi.resource, auth.url],
    'user:read project:read': [userApi.resource, projectApi.resource],
    'openid user:read project:read': [userApi.resource, projectApi.resource, auth.url],
  }
  for (const [scope, aud] of Object.entries(scopes)) {
    const { access_token } = (await auth.passwordGrant(alice, { scope })).body
    expect({ scope, aud: decodeJwt(access_token).aud }).toEqual({ scope, aud })
  }

  const all = { scope: 'openid user:read project:read learning:read' }
  const { refresh_token } = (await auth.passwordGrant(alice, all)).body
  const narrowed = (await auth.refresh(mobileApp, refresh_token, { resource: openApi.resource })).body
  expect(decodeJwt(narrowed.access_token)).toMatchObject({
    aud: [openApi.resource, auth.url],
    scope: 'openid learning:read',
  })
  const alone = { scope: 'openid', resource: openApi.resource }
  expect((await auth.passwordGrant(alice, alone)).body.error).toBe('invalid_scope') // not a token that open-api would refuse
})

test('the session of a password grant stands in its tokens (RFC 9068 section 2.2)', async () => {
  const { access_token, id_token } = (await auth.passwordGrant(alice, { scope: 'openid user:read' })).body
  const { sid, auth_time, amr } = decodeJwt(id_token)
  expect({ sid, auth_time, amr }).toEqual({ sid: expect.any(String), auth_time: seconds(), amr: ['pwd'] })
  expect(decodeJwt(access_token)).toMatchObject({ sid, auth_time, client_id: 'mobile-app', jti: expect.any(String) })
})

test('a session remembers by which client, program and address it began', async () => {
  const began = async (access_token: string) =>
    auth.database.collection(sessions).find({ sid: decodeJwt(access_token)['sid'] as string })
  const from = { address: '127.0.0.1', userAgent: expect.stringContaining('node') }
  const { access_token } = (await auth.passwordGrant(alice)).body
  expect(await began(access_token)).toMatchObject({ browser: null, client_id: 'mobile-app', ...from })
  const { body } = await auth.redeem(projectCenter, await auth.approve(bob, { client: projectCenter }))
  expect(await began(body.access_token)).toMatchObject({ browser: expect.any(String), client_id: null, ...from })
})
