import { sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { UnsecuredJWT } from 'jose'
import { sealSecret } from '../src/core/client-secrets.ts'
import { createVault } from '../src/core/vault.ts'
import { clients } from '../src/stores/clients.ts'
import {
  assertionOf,
  assertionType,
  claimsOf,
  mailJob,
  otherJob,
  register,
  secretAssertionOf,
  surveyJob,
  tokenFor,
  withKeys,
} from './support/assertions.ts'
import { basic, bookshop } from './support/people.ts'
import { secretsKey, startAuth, type TestAuth } from './support/start-auth.ts'

const manyKeys = withKeys('many-keys', 'ES256', 'RS256', 'EdDSA')
const onlyRs256 = { ...withKeys('only-rs256', 'RS256'), token_endpoint_auth_signing_alg: 'RS256' }

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  await register(auth, surveyJob, otherJob, mailJob, manyKeys, onlyRs256)
})
afterAll(() => auth.stop())

const granted = { status: 200, body: { token_type: 'Bearer', scope: 'user:list learning:read' } }
const refusal = (error_description: string | RegExp) => ({
  status: 401,
  body: {
    error: 'invalid_client',
    error_description: typeof error_description === 'string' ? error_description : expect.stringMatching(error_description),
  },
})

describe('private_key_jwt', () => {
  test.each(['ES256', 'RS256', 'PS256', 'EdDSA'])(
    'a client is known by what it signed with %s (RFC 7523 section 3)',
    async (alg) => {
      const kid = alg.replace('PS', 'RS')
      const client = withKeys(`signs-${alg}`, kid)
      await register(auth, client)
      expect(await tokenFor(auth, await assertionOf(auth, client, { header: { alg } }))).toMatchObject(granted)
    },
  )

  test('of several keys kid names one; without it an assertion that only one can have signed is taken (OpenID Connect Core section 10.1)', async () => {
    expect(await tokenFor(auth, await assertionOf(auth, manyKeys))).toMatchObject(granted)
    expect(await tokenFor(auth, await assertionOf(auth, manyKeys, { header: { kid: undefined } }))).toMatchObject(granted)
    expect(await tokenFor(auth, await assertionOf(auth, manyKeys, { header: { kid: 'unknown' } }))).toMatchObject(
      refusal('client authentication failed'),
    )
  })

  test('token_endpoint_auth_signing_alg allows that one only (OpenID Connect Registration section 2)', async () => {
    expect(await tokenFor(auth, await assertionOf(auth, onlyRs256))).toMatchObject(granted)
    expect(await tokenFor(auth, await assertionOf(auth, onlyRs256, { header: { alg: 'PS256' } }))).toMatchObject(
      refusal('client authentication failed'),
    )
  })

  test('aud is the issuer, the token endpoint or the endpoint called, as text or in a list (RFC 7523 section 3)', async () => {
    for (const aud of [auth.url, `${auth.url}/oauth2/token`, [auth.url, `${auth.url}/oauth2/token`]])
      expect(await tokenFor(auth, await assertionOf(auth, surveyJob, { claims: { aud } }))).toMatchObject(granted)
    const { body } = await tokenFor(auth, await assertionOf(auth, surveyJob))
    const about = async (aud: string) => ({
      token: body.access_token,
      client_assertion: await assertionOf(auth, surveyJob, { claims: { aud } }),
      client_assertion_type: assertionType,
    })
    const called = `${auth.url}/oauth2/revoke`
    expect(await auth.post('/oauth2/introspect', await about(`${auth.url}/oauth2/introspect`))).toMatchObject({
      body: { active: true },
    })
    expect(await auth.post('/oauth2/revoke', await about(called))).toMatchObject({ status: 200 })
    expect(await tokenFor(auth, await assertionOf(auth, surveyJob, { claims: { aud: called } }))).toMatchObject(
      refusal(/aud .* must be the issuer, the token endpoint or the endpoint called/),
    )
  })

  test('client_id may stand beside it, and must be the same (RFC 7521 section 4.2)', async () => {
    const asking = async (client_id: string) => tokenFor(auth, await assertionOf(auth, surveyJob), { client_id })
    expect(await asking(surveyJob.client_id)).toMatchObject(granted)
    expect(await asking(otherJob.client_id)).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test('client_assertion_type is that of RFC 7523 section 2.2, and both come together', async () => {
    const client_assertion = await assertionOf(auth, surveyJob)
    const form = { grant_type: 'client_credentials', client_id: surveyJob.client_id }
    const saml = 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'
    expect(await tokenFor(auth, client_assertion, { client_assertion_type: saml })).toMatchObject(
      refusal(`client_assertion_type must be ${assertionType}`),
    )
    expect(await auth.post('/oauth2/token', { ...form, client_assertion })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: 'client_assertion_type is missing' },
    })
    expect(await auth.post('/oauth2/token', { ...form, client_assertion_type: assertionType })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: 'client_assertion is missing' },
    })
  })

  test('clocks may differ by 5 seconds', async () => {
    const now = Math.floor(auth.clock.now() / 1000)
    const right = [{ exp: now - 4 }, { nbf: now + 5 }, { iat: now + 5 }, { exp: now + 3605 }]
    for (const claims of right)
      expect(await tokenFor(auth, await assertionOf(auth, surveyJob, { claims }))).toMatchObject(granted)
    const wrong = [{ exp: now - 5 }, { nbf: now + 6 }, { iat: now + 6 }, { exp: now + 3606 }]
    for (const claims of wrong)
      expect(await tokenFor(auth, await assertionOf(auth, surveyJob, { claims }))).toMatchObject({ status: 401 })
  })

  test('it costs one call of the database more', async () => {
    await tokenFor(auth, await assertionOf(auth, surveyJob))
    const assertion = await assertionOf(auth, surveyJob)
    auth.database.reset()
    await tokenFor(auth, assertion)
    expect(auth.database.calls).toEqual(['client_assertions.insert'])
  })
})

describe('client_secret_jwt', () => {
  test.each(['HS256', 'HS384', 'HS512'])(
    'a client is known by what its secret signed with %s (OpenID Connect Core section 9)',
    async (alg) => {
      expect(await tokenFor(auth, await secretAssertionOf(auth, mailJob, { header: { alg } }))).toMatchObject(granted)
    },
  )

  test('a secret shorter than the hash signs nothing (RFC 7518 section 3.2)', async () => {
    const short = { ...mailJob, client_id: 'short-secret', secret: 'x'.repeat(47) }
    await register(auth, short)
    expect(await tokenFor(auth, await secretAssertionOf(auth, short))).toMatchObject(granted)
    expect(await tokenFor(auth, await secretAssertionOf(auth, short, { header: { alg: 'HS384' } }))).toMatchObject({
      status: 401,
    })
  })

  test('while a secret is replaced both are in force', async () => {
    const old = { ...mailJob, client_id: 'two-secrets', secret: 'the old secret of two-secrets, 32 or more' }
    const fresh = { ...old, secret: 'the fresh secret of two-secrets, 32 or more' }
    const sealedSecrets = [old, fresh].map(({ secret }) => sealSecret(secret, old, auth.deps.vault))
    const { secret: _, ...client } = old
    await auth.database.collection(clients).insert({ ...client, sealedSecrets })
    for (const each of [old, fresh]) expect(await tokenFor(auth, await secretAssertionOf(auth, each))).toMatchObject(granted)
  })

  test('the secret itself is not taken: each client has one method (RFC 7591 section 2)', async () => {
    const form = { grant_type: 'client_credentials', client_id: mailJob.client_id, client_secret: mailJob.secret }
    expect(await auth.post('/oauth2/token', form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })

  test('secrets are sealed at rest, and anew under the first key of SECRETS_KEY when auth starts', async () => {
    const stored = async () => (await auth.database.collection(clients).find({ client_id: 'mail-job' }))?.sealedSecrets?.[0] ?? ''
    expect(JSON.stringify(await auth.database.collection(clients).list({}))).not.toContain(mailJob.secret)
    const { resealSecrets } = await import('../src/core/client-secrets.ts')
    const reseal = (...keys: string[]) => resealSecrets({ ...auth.deps, vault: createVault(keys) })
    const before = await stored()
    await reseal(secretsKey)
    expect(await stored()).toBe(before)
    await reseal('a fresh secrets key, 32 characters or more', secretsKey)
    expect(
      createVault(['a fresh secrets key, 32 characters or more']).open(await stored(), 'secrets of client mail-job'),
    ).toEqual({
      text: mailJob.secret,
      isStale: false,
    })
    await reseal(secretsKey, 'a fresh secrets key, 32 characters or more')
    await expect(reseal('the wrong secrets key, 32 characters or more')).rejects.toThrow('SECRETS_KEY does not open')
  })
})

test('one request uses one method, and one Authorization header (RFC 6749 section 2.3)', async () => {
  const twoWays = {
    status: 400,
    body: { error: 'invalid_request', error_description: 'only one way of client authentication may be used' },
  }
  const client_assertion = await assertionOf(auth, surveyJob)
  const form = { grant_type: 'client_credentials', client_assertion, client_assertion_type: assertionType }
  expect(await auth.post('/oauth2/token', form, { authorization: basic('bookshop', bookshop.secret ?? '') })).toMatchObject(
    twoWays,
  )
  const posted = { ...form, client_id: surveyJob.client_id, client_secret: 'x' }
  expect(await auth.post('/oauth2/token', posted)).toMatchObject(twoWays)
  expect(await tokenFor(auth, client_assertion)).toMatchObject(granted) // neither used it up
})

test('metadata names the algorithms of both methods, never none (RFC 8414 section 2)', async () => {
  const { body } = await auth.get('/.well-known/openid-configuration')
  const algorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'HS256', 'HS384', 'HS512']
  expect(body).toMatchObject({
    token_endpoint_auth_methods_supported: expect.arrayContaining(['private_key_jwt', 'client_secret_jwt']),
    token_endpoint_auth_signing_alg_values_supported: algorithms,
    revocation_endpoint_auth_signing_alg_values_supported: algorithms,
  })
})

test('what is wrong with the claims is told to who holds the key', async () => {
  for (const [claims, description] of [
    [{ jti: undefined }, 'the jti of client_assertion must be a text of 1 to 256 characters'],
    [{ exp: undefined }, 'the exp of client_assertion must be a time to come'],
    [{ iss: 'other-job' }, 'the iss of client_assertion must be the client_id'],
  ] as const) {
    const claimed = claims as never // a claim of undefined is left out
    expect(await tokenFor(auth, await assertionOf(auth, surveyJob, { claims: claimed }))).toMatchObject(refusal(description))
    expect(await tokenFor(auth, await assertionOf(auth, surveyJob, { claims: claimed, key: otherJob.key }))).toMatchObject(
      refusal('client authentication failed'),
    )
  }
})

describe('no client is known', () => {
  test('by a private key, when it signs with a secret, nor by another secret', async () => {
    const stranger = withKeys(mailJob.client_id, 'ES256')
    expect(await tokenFor(auth, await assertionOf(auth, stranger))).toMatchObject(refusal(/./))
    expect(
      await tokenFor(auth, await secretAssertionOf(auth, { ...mailJob, secret: 'a guess, 32 characters or more.......' })),
    ).toMatchObject(refusal(/./))
  })

  test.each(['', '.', '..', 'a.b.c', 'e30.e30.', 'e30.bnVsbA.AAAA', 'x'.repeat(60_000), '\0.\0.\0'])(
    'by what is no JWT: %.20j',
    async (text) => {
      const { status, body } = await tokenFor(auth, text)
      expect({ status, error: body.error }).toEqual(
        text === '' ? { status: 400, error: 'invalid_request' } : { status: 401, error: 'invalid_client' },
      )
    },
  )
  test('as a public client, when an assertion is there that does not count', async () => {
    const client_assertion = await assertionOf(auth, surveyJob, { key: otherJob.key })
    expect(await tokenFor(auth, client_assertion, { client_id: 'reader' })).toMatchObject({ status: 400 })
    const unsecured = new UnsecuredJWT(claimsOf(auth, 'reader')).encode()
    expect(await tokenFor(auth, unsecured, { client_id: 'reader' })).toMatchObject(refusal(/./))
  })
})

test('what is odd in a header or a claim is refused, and no fault of ours (RFC 7515 section 4)', async () => {
  const odd = [1e300, null, {}, [], ['x'], true, '', '\0', 'x'.repeat(5000)]
  const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = (header: object, claims: object) => {
    const input = `${base64url({ alg: 'ES256', kid: surveyJob.kid, ...header })}.${base64url({ ...claimsOf(auth, 'survey-job'), ...claims })}`
    const signature = sign('sha256', Buffer.from(input), { key: surveyJob.key, dsaEncoding: 'ieee-p1363' })
    return `${input}.${signature.toString('base64url')}`
  }
  expect(await tokenFor(auth, signed({}, {}))).toMatchObject(granted)
  const statusOf = async (header: object, claims: object) => (await tokenFor(auth, signed(header, claims))).status
  for (const value of odd) {
    for (const name of ['alg', 'typ', 'kid', 'crit'])
      expect({ name, value, status: await statusOf({ [name]: value }, {}) }).toEqual({ name, value, status: 401 })
    for (const name of ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat'])
      expect({ name, value, status: await statusOf({}, { [name]: value }) }).toEqual({ name, value, status: 401 })
    auth.clock.advance(60_000) // the failures of a client are counted
  }
  expect((await tokenFor(auth, signed({ b64: false, crit: ['b64'] }, {}))).status).toBe(401)
})
