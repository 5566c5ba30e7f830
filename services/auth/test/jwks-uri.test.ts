import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type Listening, listen } from '@menshen/shared/testing/http'
import type { JWK } from 'jose'
import { assertionOf, register, type SigningClient, tokenFor, withKeys } from './support/assertions.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

const first = withKeys('publisher', 'ES256')
const second = { ...withKeys('publisher', 'ES256'), kid: 'second' }
const [firstKey, secondKey] = [first, second].map(({ jwks, kid }) => ({ ...jwks.keys[0], kid }) as JWK)

let site: Listening
let fetched = 0
let published: { status: number; body: unknown }
beforeAll(async () => {
  site = await listen({
    callback: () => (_req, res) => {
      fetched += 1
      res.writeHead(published.status, { 'content-type': 'application/json' }).end(JSON.stringify(published.body))
    },
  })
})
afterAll(() => site.close())

let auth: TestAuth
beforeEach(async () => {
  fetched = 0
  published = { status: 200, body: { keys: [firstKey] } }
  auth = await startAuth()
  const { jwks: _, ...client } = first
  await register(auth, { ...client, jwks_uri: `${site.url}/keys` })
})
afterEach(() => auth.stop())

const signedBy = async (client: SigningClient) => tokenFor(auth, await assertionOf(auth, client))
const statusBy = async (client: SigningClient) => (await signedBy(client)).status

test('a client is known by the keys at its jwks_uri, which are fetched once in ten minutes (RFC 7591 section 2)', async () => {
  expect(await Promise.all(Array.from({ length: 5 }, () => statusBy(first)))).toEqual(Array(5).fill(200))
  auth.clock.advance(599_000)
  expect(await statusBy(first)).toBe(200)
  expect(fetched).toBe(1)
  auth.clock.advance(1000)
  expect(await statusBy(first)).toBe(200)
  expect(fetched).toBe(2)
})

test('an unknown kid causes a fetch, but one in 30 seconds (OpenID Connect Core section 10.1.1)', async () => {
  expect(await statusBy(first)).toBe(200)
  published.body = { keys: [firstKey, secondKey] }
  expect(await statusBy(second)).toBe(401)
  expect(fetched).toBe(1)
  auth.clock.advance(30_000)
  expect(await statusBy(second)).toBe(200)
  const unknown = { ...second, kid: 'nobody' }
  for (let i = 0; i < 5; i++) expect(await statusBy(unknown)).toBe(401)
  expect(fetched).toBe(2)
  auth.clock.advance(30_000)
  for (let i = 0; i < 5; i++) expect(await statusBy(unknown)).toBe(401)
  expect(fetched).toBe(3)
})

test('while the site is away the last keys serve for an hour; a key that was taken out counts for ten minutes', async () => {
  expect(await statusBy(first)).toBe(200)
  published.status = 500
  auth.clock.advance(3_599_000)
  expect(await statusBy(first)).toBe(200)
  auth.clock.advance(1000)
  expect(await signedBy(first)).toMatchObject({
    status: 401,
    body: { error: 'invalid_client', error_description: 'the keys at the jwks_uri of this client can not be fetched' },
  })
  published = { status: 200, body: { keys: [secondKey] } }
  auth.clock.advance(30_000)
  expect(await statusBy(first)).toBe(401)
  expect(await statusBy(second)).toBe(200)
})

test('a site that is away is asked once in 30 seconds, however many ask us', async () => {
  published.status = 404
  for (let i = 0; i < 5; i++) expect(await statusBy(first)).toBe(401)
  expect(fetched).toBe(1)
})

test.each<[string, unknown]>([
  ['a private key', { keys: [{ ...firstKey, d: 'AAAA' }] }],
  ['no set', [firstKey]],
  ['nothing', null],
  ['an empty set', { keys: [] }],
  ['a symmetric key', { keys: [{ kty: 'oct', k: 'AAAA', kid: 'ES256' }] }],
])('what is published is held to the same rules: %s proves nobody', async (_, body) => {
  published.body = body
  expect(await statusBy(first)).toBe(401)
})

test('keys for something else may stand beside', async () => {
  published.body = { keys: [{ ...secondKey, use: 'enc' }, { kty: 'AKP' }, null, firstKey] }
  expect(await statusBy(first)).toBe(200)
})

test('with an https issuer no private address is asked, unless PRIVATE_CLIENT_URIS says so', async () => {
  const production = await startAuth({ env: { ISSUER: 'https://login.example' } })
  const { jwks: _, ...client } = first
  await register(production, { ...client, jwks_uri: `${site.url}/keys` })
  const assertion = await assertionOf(production, first, { claims: { aud: 'https://login.example' } })
  expect(await tokenFor(production, assertion)).toMatchObject({ status: 401 })
  expect(fetched).toBe(0)
  await production.stop()

  const allowed = await startAuth({ env: { ISSUER: 'https://login.example', PRIVATE_CLIENT_URIS: 'true' } })
  await register(allowed, { ...client, jwks_uri: `${site.url}/keys` })
  expect(await tokenFor(allowed, assertion)).toMatchObject({ status: 200 })
  await allowed.stop()
})
