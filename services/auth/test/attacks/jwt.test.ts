import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { problems } from '@menshen/shared/http/problem'
import { requestId } from '@menshen/shared/http/request-id'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { testLog } from '@menshen/shared/testing/test-log'
import { createKeySet } from '@menshen/shared/tokens/key-set'
import { requireToken } from '@menshen/shared/tokens/require-token'
import { decodeJwt } from 'jose'
import Koa from 'koa'
import { es256, jws, privateKeyOf } from '../support/forgery.ts'
import { alice, bookshop, openApi, projectApi, userApi } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

/** Forged and misused JWTs where access tokens are taken: at an API, at userinfo and at introspection (RFC 8725 section 2, RFC 9068 section 5). */
let auth: TestAuth
let api: Listening
/** The claims of a good access token, for the API and for userinfo. */
let claims: Record<string, unknown>
let ours: { kid: string; key: KeyObject }
let id_token: string

beforeAll(async () => {
  auth = await startAuth()
  api = await listen(openApiAt(auth))
  ours = await privateKeyOf(auth, 'ES256')
  const { body } = await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))
  claims = decodeJwt(body.access_token)
  id_token = body.id_token
})
afterAll(async () => {
  await api.close()
  await auth.stop()
})

function openApiAt({ url: issuer, clock }: TestAuth): Koa {
  const log = testLog
  const keySet = createKeySet({ url: `${issuer}/oauth2/jwks`, clock, log })
  const guard = requireToken({ issuer, audience: openApi.resource, keySet, clock, log })
  const app = new Koa()
  app.use(requestId)
  app.use(problems({ log }))
  app.use(guard('learning:read'))
  app.use((ctx) => {
    ctx.body = {}
  })
  return app
}

const good = (more: Record<string, unknown> = {}) =>
  jws({ alg: 'ES256', typ: 'at+jwt', kid: ours.kid }, { ...claims, ...more }, es256(ours.key))

/** What becomes of a token in each place. */
async function fate(token: string) {
  const bearer = { authorization: `Bearer ${token}` }
  const [atApi, userinfo, introspection] = await Promise.all([
    fetch(api.url, { headers: bearer }),
    auth.get('/oauth2/userinfo', bearer),
    auth.asClient(bookshop, '/oauth2/introspect', { token }),
  ])
  return { api: atApi.status, userinfo: userinfo.status, active: introspection.body.active }
}
const accepted = { api: 200, userinfo: 200, active: true }
const refused = { api: 401, userinfo: 401, active: false }

/** All of them, each by its name, so that a failure tells which. */
async function expectRefused(tokens: Record<string, string>) {
  expect(await fate(good())).toEqual(accepted)
  for (const [name, token] of Object.entries(tokens)) expect({ [name]: await fate(token) }).toEqual({ [name]: refused })
}

test('alg none, in any spelling, with and without a signature (RFC 8725 section 2.1)', async () => {
  const unsigned = (alg: string, signature = '') =>
    jws({ alg, typ: 'at+jwt', kid: ours.kid }, claims, () => Buffer.from(signature))
  await expectRefused({
    none: unsigned('none'),
    None: unsigned('None'),
    'none with something': unsigned('none', 'x'),
    'no alg': jws({ typ: 'at+jwt', kid: ours.kid }, claims, () => Buffer.from('x')),
  })
})

test('HS256 with the public key for its secret (RFC 8725 section 2.1)', async () => {
  const { keys } = (await auth.get('/oauth2/jwks')).body
  const jwk = keys.find(({ kid }: { kid: string }) => kid === ours.kid)
  const secrets = { jwk: JSON.stringify(jwk), x: jwk.x, raw: Buffer.from(jwk.x, 'base64url') }
  const header = { alg: 'HS256', typ: 'at+jwt', kid: ours.kid }
  const by = (secret: string | Buffer) => jws(header, claims, (input) => createHmac('sha256', secret).update(input).digest())
  await expectRefused(Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, by(secret)])))
})

test('claims changed after signing (RFC 7515 section 5.2)', async () => {
  const [header, , signature] = good().split('.')
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'sub-bob' })).toString('base64url')
  await expectRefused({ changed: `${header}.${changed}.${signature}`, cut: good().slice(0, -4) })
})

test('a kid that is a path, a query, a member of every object, or nothing (RFC 8725 section 3.10)', async () => {
  const kids = [
    '../../../../dev/null',
    '/dev/null',
    "x' UNION SELECT '",
    '__proto__',
    'constructor',
    '',
    undefined,
    ['x'],
    { $ne: '' },
  ]
  const named = (kid: unknown) => jws({ alg: 'ES256', typ: 'at+jwt', kid }, claims, es256(ours.key))
  await expectRefused(Object.fromEntries(kids.map((kid) => [JSON.stringify(kid) ?? 'none', named(kid)])))
})

test('a key brought along as jwk, jku or x5u, under our kid or its own (RFC 8725 section 3.10)', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let fetches = 0
  const evil = await listen({
    callback: () => (_, res) => {
      fetches++
      res.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'evil', alg: 'ES256' }] }))
    },
  })
  const by = (header: object) => jws({ alg: 'ES256', typ: 'at+jwt', ...header }, claims, es256(privateKey))
  const jwk = publicKey.export({ format: 'jwk' })
  await expectRefused({
    jwk: by({ kid: ours.kid, jwk }),
    'jwk of its own name': by({ kid: 'evil', jwk: { ...jwk, kid: 'evil' } }),
    jku: by({ kid: 'evil', jku: evil.url }),
    x5u: by({ kid: ours.kid, x5u: evil.url }),
  })
  expect(fetches).toBe(0)
  await evil.close()
})

test('a token of another issuer, though our key signed it (RFC 9068 section 4)', async () => {
  const others = ['https://evil.example', `${auth.url}/`, auth.url.toUpperCase(), [auth.url]]
  await expectRefused(Object.fromEntries(others.map((iss) => [String(iss), good({ iss })])))
})

test('a token for another API (RFC 9068 section 4)', async () => {
  expect(await fate(good({ aud: [projectApi.resource, userApi.resource] }))).toMatchObject({ api: 401, userinfo: 401 })
  expect(await fate(good({ aud: openApi.resource }))).toMatchObject({ api: 200, userinfo: 401 })
  expect(await fate(good({ aud: auth.url }))).toMatchObject({ api: 401, userinfo: 200 })
  for (const aud of [`${openApi.resource}/`, `${openApi.resource}@evil.example`, openApi.resource.slice(0, -1)])
    expect({ aud, ...(await fate(good({ aud }))) }).toMatchObject({ aud, api: 401, userinfo: 401 })
})

test('an ID token or a logout token in place of an access token (RFC 9068 section 5)', async () => {
  const typed = (typ: unknown) => jws({ alg: 'ES256', typ, kid: ours.kid }, claims, es256(ours.key))
  await expectRefused({
    'an ID token': id_token,
    'all claims, but JWT': typed('JWT'),
    'all claims, but logout+jwt': typed('logout+jwt'),
    'all claims, but no type': typed(undefined),
  })
})

test('a token that has expired (RFC 7519 section 4.1.4)', async () => {
  const now = Math.floor(auth.clock.now() / 1000)
  await expectRefused({ 'by a minute': good({ exp: now - 60 }), 'by years': good({ exp: 1 }) })
  const remembered = good({ exp: now + 60 })
  expect(await fate(remembered)).toEqual(accepted)
  auth.clock.advance(66_000)
  expect(await fate(remembered)).toEqual(refused)
})

test('a token that is not valid yet, at an API (RFC 7519 section 4.1.5)', async () => {
  const soon = Math.floor(auth.clock.now() / 1000) + 60
  for (const early of [{ nbf: soon }, { iat: soon }])
    expect({ early, ...(await fate(good(early))) }).toMatchObject({ early, api: 401 })
})

test('a token bound to a key that nobody checks (RFC 7800 section 3.1)', async () => {
  await expectRefused({ jkt: good({ cnf: { jkt: 'x' } }), null: good({ cnf: null }) })
})

test('a token whose Grant has ended opens userinfo and introspection no more (RFC 7009 section 2.1)', async () => {
  const { body } = await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))
  expect(await fate(body.access_token)).toEqual(accepted)
  await auth.revoke(bookshop, body.refresh_token)
  expect(await fate(body.access_token)).toMatchObject({ userinfo: 401, active: false })
})
