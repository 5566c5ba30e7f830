import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth({ ownKeys: true })
})
afterAll(() => auth.stop())

test('both documents say the same, from the fixed issuer (RFC 8414 section 3, OpenID Connect Discovery section 4)', async () => {
  const openid = await auth.get('/.well-known/openid-configuration', { host: 'evil.example', 'x-forwarded-host': 'evil.example' })
  expect((await auth.get('/.well-known/oauth-authorization-server')).body).toEqual(openid.body)
  expect(openid.body).toMatchObject({
    issuer: auth.url,
    token_endpoint: `${auth.url}/oauth2/token`,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'client_secret_jwt',
      'none',
    ],
    scopes_supported: expect.arrayContaining(['openid', 'user:read', 'learning:write']),
    authorization_response_iss_parameter_supported: true,
    request_uri_parameter_supported: false,
  })
  expect(JSON.stringify(openid.body)).not.toContain('evil')
})

test('every endpoint it names is there', async () => {
  const { body } = await auth.get('/.well-known/openid-configuration')
  for (const [name, url] of Object.entries(body).filter(([name]) => name.endsWith('_endpoint') || name === 'jwks_uri')) {
    expect({ name, status: (await auth.get(String(url).slice(auth.url.length))).status }).not.toEqual({ name, status: 404 })
  }
})

test('the key set holds public keys only (RFC 7517 section 9.2)', async () => {
  const { body } = await auth.get('/oauth2/jwks')
  expect(
    body.keys
      .map(({ alg, use, kid }: Record<string, string>) => ({ alg, use, kid }))
      .sort((a: { alg: string }, b: { alg: string }) => a.alg.localeCompare(b.alg)),
  ).toEqual([
    { alg: 'ES256', use: 'sig', kid: expect.any(String) },
    { alg: 'RS256', use: 'sig', kid: expect.any(String) },
  ])
  for (const key of body.keys) for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret)
})

test('health and readiness', async () => {
  expect((await auth.get('/healthz')).status).toBe(200)
  expect(await auth.get('/readyz')).toMatchObject({ status: 200, body: { status: 'ok' } })
})
