import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as oauth from 'oauth4webapi'
import { alice, bookshop, openApi, reader } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

let auth: TestAuth
let server: oauth.AuthorizationServer
const insecure = { [oauth.allowInsecureRequests]: true }

beforeAll(async () => {
  auth = await startAuth({ systemTime: true })
  const issuer = new URL(auth.url)
  server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
}, 30_000)
afterAll(() => auth.stop())

test('oauth4webapi finds the metadata of RFC 8414 too', async () => {
  const issuer = new URL(auth.url)
  const found = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' }),
  )
  expect(found.token_endpoint).toBe(`${auth.url}/oauth2/token`)
})

test('oauth4webapi signs a person in to a public client with PKCE, and checks the access token as an API would (RFC 9068 section 4)', async () => {
  const client: oauth.Client = { client_id: reader.client_id }
  const redirect_uri = reader.redirect_uris[0] ?? ''
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  const url = new URL(server.authorization_endpoint ?? '')
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier)
  const params = {
    client_id: reader.client_id,
    redirect_uri,
    response_type: 'code',
    scope: 'openid learning:read',
    code_challenge,
    code_challenge_method: 'S256',
    state,
    nonce,
  }
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)

  const back = new URL(await auth.signInAt(url.href, alice, reader))
  const callback = oauth.validateAuthResponse(server, client, back, state)
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    callback,
    redirect_uri,
    verifier,
    insecure,
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  await oauth.validateApplicationLevelSignature(server, response, insecure)
  expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ sub: alice.sub })
  const told = await oauth.userInfoRequest(server, client, tokens.access_token, insecure)
  expect(await oauth.processUserInfoResponse(server, client, alice.sub, told)).toEqual({ sub: alice.sub })

  const request = new Request(openApi.resource, { headers: { authorization: `Bearer ${tokens.access_token}` } })
  expect(await oauth.validateJwtAccessToken(server, request, openApi.resource, insecure)).toMatchObject({
    sub: alice.sub,
    client_id: 'reader',
  })
})

test('oauth4webapi refreshes, introspects and revokes', async () => {
  const client: oauth.Client = { client_id: bookshop.client_id }
  const secret = oauth.ClientSecretBasic(bookshop.secret ?? '')
  const first = (await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))).body
  const response = await oauth.refreshTokenGrantRequest(server, client, secret, first.refresh_token, insecure)
  const tokens = await oauth.processRefreshTokenResponse(server, client, response)
  const asked = await oauth.introspectionRequest(server, client, secret, tokens.access_token, insecure)
  expect(await oauth.processIntrospectionResponse(server, client, asked)).toMatchObject({ active: true, sub: alice.sub })
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(server, client, secret, tokens.refresh_token ?? '', insecure),
  )
  const refused = await oauth.refreshTokenGrantRequest(server, client, secret, tokens.refresh_token ?? '', insecure)
  await expect(oauth.processRefreshTokenResponse(server, client, refused)).rejects.toMatchObject({ error: 'invalid_grant' })
})
