import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type AccessToken, AuthorizationCode, ClientCredentials } from 'simple-oauth2'
import { alice, bookshop, library, reportJob, type TestClient } from '../support/people.ts'
import type { TestAuth } from '../support/start-auth.ts'
import { startStory } from '../support/story.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startStory(bookshop, library)
}, 30_000)
afterAll(() => auth.stop())

const settings = ({ client_id, secret = '', token_endpoint_auth_method }: TestClient) => ({
  client: { id: client_id, secret },
  auth: { tokenHost: auth.url, tokenPath: '/oauth2/token', revokePath: '/oauth2/revoke' },
  options: { authorizationMethod: token_endpoint_auth_method === 'client_secret_post' ? ('body' as const) : ('header' as const) },
})

test.each([
  ['header', bookshop],
  ['body', library],
])(
  'simple-oauth2 signs a person in, calls userinfo, refreshes and revokes, its secret in the %s (RFC 6749 section 2.3.1)',
  async (_, client) => {
    const { auth: addresses, ...rest } = settings(client)
    const oauth2 = new AuthorizationCode({ ...rest, auth: { ...addresses, authorizePath: '/oauth2/authorize' } })
    const redirect_uri = client.redirect_uris[0] ?? ''
    const scope = 'openid email learning:read'
    const back = await auth.signInAt(oauth2.authorizeURL({ redirect_uri, scope, state: 'a state' }), alice, client)
    const { code = '', state } = Object.fromEntries(new URL(back).searchParams)
    expect(state).toBe('a state')

    const tokens = await oauth2.getToken({ code, redirect_uri })
    expect(tokens.expired()).toBe(false)
    expect(await userinfo(tokens)).toMatchObject({ sub: alice.sub, email: 'alice@example.com' })

    const refreshed = await tokens.refresh()
    expect(await userinfo(refreshed)).toMatchObject({ sub: alice.sub })
    await refreshed.revokeAll()
    expect(await userinfo(refreshed)).toBe(401)
    await expect(refreshed.refresh()).rejects.toMatchObject({
      output: { statusCode: 400 },
      data: { payload: { error: 'invalid_grant' } },
    })
  },
)

test('simple-oauth2 gets a token for a server (RFC 6749 section 4.4)', async () => {
  const tokens = await new ClientCredentials(settings(reportJob)).getToken({ scope: 'user:list' })
  expect(tokens.token).toMatchObject({ token_type: 'Bearer', scope: 'user:list' })
})

async function userinfo({ token }: AccessToken): Promise<unknown> {
  const headers = { authorization: `Bearer ${token['access_token']}` }
  const { status, body } = await auth.get('/oauth2/userinfo', headers)
  return status === 200 ? body : status
}
