import { expect, test } from '@jest/globals'
import { listen } from '@menshen/shared/testing/http'
import { createProvider } from '../src/provider.ts'

/** A login that says of itself only what it must, at first nothing at all. */
async function startLogin() {
  const state = { down: true }
  const login = await listen({
    callback: () => (_, res) => {
      const issuer = login.url
      const metadata = { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` }
      res.writeHead(state.down ? 500 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata))
    },
  })
  const provider = createProvider({
    issuer: login.url,
    clientId: 'module',
    clientSecret: 'secret',
    baseUrl: 'http://localhost:1',
    scope: 'openid',
    cookie: 'module',
    allowInsecure: true,
    now: Date.now,
  })
  return { ...login, state, provider }
}

test('a login that was away is asked again; one without end_session_endpoint is not asked to sign anybody out', async () => {
  const { provider, state, close } = await startLogin()
  await expect(provider.signOutAddress('token')).rejects.toMatchObject({ kind: 'unreachable' })
  state.down = false
  expect(await provider.signOutAddress('token')).toBeUndefined()
  await close()
})
