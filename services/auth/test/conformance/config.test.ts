import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { document } from './guide.ts'
import { type Suite, startConformance } from './suite.ts'

let suite: Suite
beforeAll(async () => {
  suite = await startConformance('query')
}, 30_000)
afterAll(() => suite.auth.stop())

describe('oidcc-config-certification-test-plan: oidcc-discovery-endpoint-verification', () => {
  test('the issuer is exactly the https address that the document was found under (OpenID Connect Discovery section 4.3)', () => {
    expect(suite.metadata.issuer).toBe(suite.auth.url)
    expect(suite.metadata.issuer).toMatch(/^https:/)
  })

  test('all that section 3 requires is there, and every address is one of this server', () => {
    expect(suite.metadata).toMatchObject({
      response_types_supported: expect.arrayContaining(['code']),
      subject_types_supported: expect.arrayContaining(['public']),
      id_token_signing_alg_values_supported: expect.arrayContaining(['RS256']),
      scopes_supported: expect.arrayContaining(['openid', 'profile', 'email', 'address', 'phone', 'offline_access']),
      claims_supported: expect.arrayContaining(['sub', 'name', 'email', 'address', 'phone_number']),
      grant_types_supported: expect.arrayContaining(['authorization_code', 'refresh_token']),
      response_modes_supported: expect.arrayContaining(['query', 'form_post']),
      token_endpoint_auth_methods_supported: expect.arrayContaining(['client_secret_basic', 'client_secret_post']),
      claims_parameter_supported: true,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    })
    for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])
      expect(suite.metadata[name]).toMatch(`${suite.metadata.issuer}/`)
  })

  test('the key set has public signing keys only, each with a kid of its own, RSA ones of 2048 bits or more', () => {
    const { keys } = suite.keySet
    expect(keys).not.toEqual(expect.arrayContaining([expect.objectContaining({ d: expect.anything() })]))
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length)
    expect(keys.every(({ kid, use, alg }) => kid && use === 'sig' && alg)).toBe(true)
    const moduli = keys.flatMap(({ kty, n = '' }) => (kty === 'RSA' ? [Buffer.from(n, 'base64url').length * 8] : []))
    expect(moduli.length).toBeGreaterThan(0)
    expect(Math.min(...moduli)).toBeGreaterThanOrEqual(2048)
  })
})

test("the guide's configuration of the suite names the clients and the person that the guide has people apply", async () => {
  const plan = JSON.parse(await readFile('docs/guides/conformance-plan.json', 'utf8'))
  const named = [plan.client, plan.client2, plan.client_secret_post]
  expect(named).toEqual(document.clients.map(({ client_id, client_secret }) => ({ client_id, client_secret })))
  const callbacks = document.clients.flatMap(({ redirect_uris }) => redirect_uris)
  expect(callbacks.filter((uri) => !uri.endsWith(`/test/a/${plan.alias}/callback`))).toEqual([])
  const [person] = document.users
  expect(JSON.stringify(plan.browser)).toContain(JSON.stringify(['text', 'id', 'password', person?.password]))
})
