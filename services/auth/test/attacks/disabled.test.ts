import { afterAll, beforeEach, expect, test } from '@jest/globals'
import type { Client } from '../../src/core/types.ts'
import { alice, bookshop, library, openApi, reportJob } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

let auth: TestAuth
beforeEach(async () => {
  await auth?.stop()
  auth = await startAuth()
})
afterAll(() => auth.stop())

const disable = (client: typeof bookshop) => auth.setClient(client, { disabledAt: auth.clock.now() } satisfies Partial<Client>)
const tokensOf = async (scope = 'openid learning:read') =>
  (await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop, scope }))).body
const isActive = async (asker: typeof bookshop, token: string) =>
  (await auth.asClient(asker, '/oauth2/introspect', { token })).body.active
const userinfo = async (token: string) => (await auth.get('/oauth2/userinfo', { authorization: `Bearer ${token}` })).status

test('a disabled client proves nothing, whatever its secret', async () => {
  const { refresh_token } = await tokensOf()
  await disable(bookshop)
  expect(await auth.refresh(bookshop, refresh_token)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  expect(await auth.asClient(bookshop, '/oauth2/introspect', { token: refresh_token })).toMatchObject({ status: 401 })
})

test('nobody is sent to a disabled client', async () => {
  await disable(library)
  const { status, body, headers } = await auth.get(auth.authorizeUrl(library).slice(auth.url.length))
  expect([status, headers.get('location')]).toEqual([400, null])
  expect(body).toContain('this client is disabled')
})

test('what a disabled client was given before tells nothing and is not active', async () => {
  await auth.setApi(openApi, { client_ids: ['report-job'] })
  const { access_token: atHome } = await tokensOf('openid')
  const { access_token } = await tokensOf('learning:read')
  expect([await userinfo(atHome), await isActive(reportJob, access_token)]).toEqual([200, true])
  await disable(bookshop)
  expect([await userinfo(atHome), await isActive(reportJob, access_token)]).toEqual([401, false])
})
