import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as client from 'openid-client'
import { mailJob, register, surveyJob } from '../support/assertions.ts'
import { alice, bookshop, library, mobileApp, projectCenter, reportJob } from '../support/people.ts'
import type { TestAuth } from '../support/start-auth.ts'
import { startStory } from '../support/story.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startStory(bookshop)
}, 30_000)
afterAll(() => auth.stop())

const discover = ({ client_id, secret = '' }: { client_id: string; secret?: string }, method?: client.ClientAuth) =>
  client.discovery(new URL(auth.url), client_id, secret, method, { execute: [client.allowInsecureRequests] })

test('openid-client signs a person in with code, PKCE, state and nonce, reads userinfo, refreshes, introspects and revokes', async () => {
  const config = await discover(bookshop, client.ClientSecretBasic(bookshop.secret))
  const verifier = client.randomPKCECodeVerifier()
  const [state, nonce] = [client.randomState(), client.randomNonce()]
  const authorization = client.buildAuthorizationUrl(config, {
    redirect_uri: bookshop.redirect_uris[0] ?? '',
    scope: 'openid email learning:read offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  })
  const back = await auth.signInAt(authorization.href, alice, bookshop)
  const tokens = await client.authorizationCodeGrant(config, new URL(back), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  expect(tokens.claims()).toMatchObject({ sub: alice.sub, iss: auth.url, nonce })
  expect(await client.fetchUserInfo(config, tokens.access_token, alice.sub)).toMatchObject({ email: 'alice@example.com' })

  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
  expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
  expect(refreshed.claims()?.sub).toBe(alice.sub)
  expect(await client.tokenIntrospection(config, refreshed.access_token)).toMatchObject({ active: true, sub: alice.sub })
  await client.tokenRevocation(config, refreshed.refresh_token ?? '')
  expect(await client.tokenIntrospection(config, refreshed.access_token)).toEqual({ active: false })
  await expect(client.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('openid-client takes an ES256 ID token from a client that registered it, and a secret in the form', async () => {
  const config = await discover(library, client.ClientSecretPost(library.secret))
  const authorization = client.buildAuthorizationUrl(config, { redirect_uri: library.redirect_uris[0] ?? '', scope: 'openid' })
  const back = await auth.signInAt(authorization.href, alice, library)
  const tokens = await client.authorizationCodeGrant(config, new URL(back), { idTokenExpected: true })
  expect(tokens.claims()).toMatchObject({ sub: alice.sub })
})

test('openid-client gets a token for a server, and one for our own app by password', async () => {
  const job = await discover(reportJob, client.ClientSecretBasic(reportJob.secret))
  expect(await client.clientCredentialsGrant(job)).toMatchObject({ scope: 'user:list learning:read' })
  const app = await discover(mobileApp, client.None())
  const tokens = await client.genericGrantRequest(app, 'password', {
    username: alice.username,
    password: alice.password,
    scope: 'openid user:read',
  })
  expect(tokens).toMatchObject({ scope: 'openid user:read', id_token: expect.any(String) })
})

test('openid-client understands prompt=none refused', async () => {
  const config = await discover(projectCenter, client.ClientSecretBasic(projectCenter.secret))
  const authorization = client.buildAuthorizationUrl(config, {
    redirect_uri: projectCenter.redirect_uris[0] ?? '',
    scope: 'openid',
    prompt: 'none',
  })
  const { headers } = await fetch(authorization, { redirect: 'manual' })
  const back = new URL(headers.get('location') ?? '')
  await expect(client.authorizationCodeGrant(config, back)).rejects.toMatchObject({ error: 'login_required' })
})

test('openid-client authenticates with a private key and with a signing secret, and revokes so (RFC 7523)', async () => {
  await register(auth, surveyJob, mailJob)
  const pkcs8 = surveyJob.key.export({ type: 'pkcs8', format: 'der' })
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  for (const [{ client_id }, method] of [
    [surveyJob, client.PrivateKeyJwt({ key, kid: surveyJob.kid })],
    [mailJob, client.ClientSecretJwt(mailJob.secret)],
  ] as const) {
    const config = await discover({ client_id }, method)
    const { access_token } = await client.clientCredentialsGrant(config, { scope: 'user:list' })
    await client.tokenRevocation(config, access_token)
  }
})
