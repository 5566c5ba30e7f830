import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { listen } from '@menshen/shared/testing/http'
import { UnsecuredJWT } from 'jose'
import { assertions } from '../../src/stores/assertions.ts'
import {
  assertionOf,
  assertionType,
  claimsOf,
  mailJob,
  otherJob,
  register,
  surveyJob,
  tokenFor,
  withKeys,
} from '../support/assertions.ts'
import { basic, reportJob } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  await register(auth, surveyJob, otherJob, mailJob)
})
afterAll(() => auth.stop())

const refused = { status: 401, body: { error: 'invalid_client' } }
const survey = (signing: Parameters<typeof assertionOf>[2]) => assertionOf(auth, surveyJob, signing)

describe('replay', () => {
  test('an assertion works once (RFC 7523 section 3, jti)', async () => {
    const assertion = await survey({})
    expect(await tokenFor(auth, assertion)).toMatchObject({ status: 200 })
    const again = await tokenFor(auth, assertion)
    expect(again).toMatchObject({ ...refused, body: { error_description: 'client_assertion was used before' } })
    expect(again.body).not.toHaveProperty('access_token')
  })

  test('of twenty that race with one assertion exactly one wins', async () => {
    const assertion = await survey({})
    const answers = await Promise.all(Array.from({ length: 20 }, () => tokenFor(auth, assertion)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)])
  })

  test('at another endpoint it is the same assertion', async () => {
    const client_assertion = await survey({})
    const { body } = await tokenFor(auth, client_assertion)
    const form = { token: body.access_token, client_assertion, client_assertion_type: assertionType }
    expect(await auth.post('/oauth2/revoke', form)).toMatchObject(refused)
  })

  test('signed anew with the same jti it was used, and so it is when the grant then failed', async () => {
    const jti = randomUUID()
    expect(await tokenFor(auth, await survey({ claims: { jti } }), { scope: 'nothing:registered' })).toMatchObject({
      status: 400,
    })
    expect(await tokenFor(auth, await survey({ claims: { jti, exp: claimsOf(auth, '').exp ?? 0 } }))).toMatchObject(refused)
  })

  test('until its exp and the leeway are over it is remembered, by a hash of client and jti', async () => {
    const jti = randomUUID()
    const assertion = await survey({ claims: { jti } })
    expect(await tokenFor(auth, assertion)).toMatchObject({ status: 200 })
    auth.clock.advance(64_999)
    await auth.database.sweep()
    expect(await tokenFor(auth, assertion)).toMatchObject({ ...refused, body: { error_description: /used before/ } })
    auth.clock.advance(60_002)
    await auth.database.sweep()
    expect(await auth.database.collection(assertions).list({})).toEqual([])
    expect(await tokenFor(auth, assertion)).toMatchObject(refused)
  })

  test('another client may have the same jti, and a stranger burns none', async () => {
    const claims = { jti: randomUUID() }
    expect(await tokenFor(auth, await survey({ claims, key: otherJob.key }))).toMatchObject(refused)
    expect(await tokenFor(auth, await survey({ claims: { ...claims, aud: 'https://elsewhere.example' } }))).toMatchObject(refused)
    expect(await tokenFor(auth, await assertionOf(auth, otherJob, { claims }))).toMatchObject({ status: 200 })
    expect(await tokenFor(auth, await survey({ claims }))).toMatchObject({ status: 200 })
  })
})

describe('claims (RFC 7523 section 3)', () => {
  const now = () => Math.floor(auth.clock.now() / 1000)
  test.each<[string, () => Record<string, unknown>]>([
    ['another aud', () => ({ aud: 'https://elsewhere.example' })],
    ['the aud of another endpoint', () => ({ aud: `${auth.url}/oauth2/revoke` })],
    ['an aud that begins as the issuer', () => ({ aud: `${auth.url}/` })],
    ['another server besides in aud, which could send it here', () => ({ aud: [auth.url, 'https://elsewhere.example'] })],
    ['an empty aud', () => ({ aud: [] })],
    ['no aud', () => ({ aud: undefined })],
    ['iss and sub of another client', () => ({ iss: otherJob.client_id, sub: otherJob.client_id })],
    ['iss of another client', () => ({ iss: otherJob.client_id })],
    ['no iss', () => ({ iss: undefined })],
    ['no sub', () => ({ sub: undefined })],
    ['a sub that is no text', () => ({ sub: { $ne: null } })],
    ['expired', () => ({ exp: now() - 6 })],
    ['no exp', () => ({ exp: undefined })],
    ['an exp that is no number', () => ({ exp: String(now() + 60) })],
    ['an exp too far ahead', () => ({ exp: now() + 3700 })],
    ['not valid yet', () => ({ nbf: now() + 60 })],
    ['issued in the future', () => ({ iat: now() + 60 })],
    ['no jti', () => ({ jti: undefined })],
    ['an empty jti', () => ({ jti: '' })],
    ['a jti that is no text', () => ({ jti: 1 })],
    ['a jti without end', () => ({ jti: 'x'.repeat(257) })],
  ])('%s is refused', async (_, claims) => {
    expect(await tokenFor(auth, await survey({ claims: claims() as never }))).toMatchObject(refused)
  })
})

describe('signature', () => {
  test("another client's key is refused", async () => {
    expect(await tokenFor(auth, await survey({ key: otherJob.key }))).toMatchObject(refused)
  })

  test('alg none is refused, however it is written (RFC 8725 section 3.1)', async () => {
    const unsecured = new UnsecuredJWT(claimsOf(auth, surveyJob.client_id)).encode()
    for (const alg of ['none', 'None', 'nOnE']) {
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url')
      for (const assertion of [unsecured, `${header}.${unsecured.split('.')[1]}.`, `${header}.${unsecured.split('.')[1]}.AAAA`])
        expect(await tokenFor(auth, assertion)).toMatchObject(refused)
    }
  })

  test('a public key is no HMAC secret: HS256 with the JWK, PEM or DER of it is refused (RFC 8725 section 2.1)', async () => {
    const rsa = withKeys('rsa-job', 'RS256')
    await register(auth, rsa)
    const [jwk] = rsa.jwks.keys
    const { createPublicKey } = await import('node:crypto')
    const publicKey = createPublicKey({ key: jwk as never, format: 'jwk' })
    const guesses = [
      Buffer.from(JSON.stringify(jwk)),
      Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })),
      publicKey.export({ type: 'spki', format: 'der' }),
      Buffer.from(String(jwk?.n), 'base64url'),
      Buffer.alloc(32),
    ]
    for (const key of guesses) {
      const assertion = await assertionOf(auth, rsa, { key, header: { alg: 'HS256' } })
      expect(await tokenFor(auth, assertion)).toMatchObject(refused)
    }
  })

  test('kid chooses among the keys of the client and nothing else (RFC 8725 section 3.10)', async () => {
    for (const kid of ['../../../../dev/null', '/dev/null', "' OR 1=1 --", '__proto__', 'constructor', otherJob.client_id, '']) {
      expect(await tokenFor(auth, await survey({ header: { kid } }))).toMatchObject(refused)
      const signed = await survey({ header: { kid, alg: 'HS256' }, key: Buffer.alloc(32) })
      expect(await tokenFor(auth, signed)).toMatchObject(refused)
    }
  })

  test('jwk, jku, x5u and x5c of the header are never used, nor fetched (RFC 8725 section 3.10)', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: surveyJob.kid }
    let fetched = 0
    const evil = await listen({
      callback: () => (_req, res) => {
        fetched += 1
        res.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }))
      },
    })
    const [jku, x5u] = [`${evil.url}/keys`, `${evil.url}/chain`]
    try {
      for (const header of [{ jwk }, { jku }, { x5u }, { x5c: ['AAAA'] }, { jwk, kid: undefined }])
        expect(await tokenFor(auth, await survey({ key: privateKey, header }))).toMatchObject(refused)
    } finally {
      await evil.close()
    }
    expect(fetched).toBe(0)
  })

  test('something else that the client signed, such as a DPoP proof, is no assertion (RFC 8725 section 3.11)', async () => {
    for (const typ of ['dpop+jwt', 'oauth-authz-req+jwt', 'at+jwt', 'logout+jwt'])
      expect(await tokenFor(auth, await survey({ header: { typ } }))).toMatchObject(refused)
    for (const typ of ['JWT', 'client-authentication+jwt'])
      expect(await tokenFor(auth, await survey({ header: { typ } }))).toMatchObject({ status: 200 })
  })
})

describe('credentials', () => {
  test('of two Authorization headers none counts (RFC 6749 section 2.3)', async () => {
    const right = basic('report-job', reportJob.secret ?? '')
    const repeated = { error: 'invalid_request', error_description: 'the Authorization header must not be repeated' }
    expect(await withHeaders([right, basic('nosy-job', 'x')])).toMatchObject(repeated)
    expect(await withHeaders([basic('nosy-job', 'x'), right])).toMatchObject(repeated)
    expect(await withHeaders([right])).toMatchObject({ token_type: 'Bearer' })
  })

  /** A request with these Authorization headers: fetch would join them. */
  const withHeaders = (authorization: string[]) =>
    new Promise<unknown>((resolve, reject) => {
      const body = 'grant_type=client_credentials'
      const names = {
        host: new URL(auth.url).host,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': `${body.length}`,
      }
      const headers = [...Object.entries(names), ...authorization.map((value) => ['Authorization', value])].flat()
      request(`${auth.url}/oauth2/token`, { method: 'POST', headers }, (res) => {
        res.toArray().then((chunks) => resolve(JSON.parse(chunks.join(''))), reject)
      })
        .on('error', reject)
        .end(body)
    })
})
