import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { alice, bookshop, mobileApp, openApi, projectCenter, reportJob } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

const scope = 'learning:read learning:write'
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  const [reading, writing] = openApi.scopes
  if (!reading || !writing) throw new Error('open-api has two scopes')
  await auth.setApi(openApi, { scopes: [reading, { ...writing, first_party: true }] })
  for (const client of [bookshop, mobileApp, reportJob, projectCenter]) await auth.setClient(client, { scope })
})
afterAll(() => auth.stop())

test('a scope for first_party clients alone is given to those', async () => {
  expect((await auth.passwordGrant(alice, { scope })).body.scope).toBe(scope)
})

test('others that are registered for it do not get it, with a person or without', async () => {
  const { code, verifier } = await auth.approve(alice, { client: bookshop, scope })
  expect((await auth.redeem(bookshop, { code, verifier })).body.scope).toBe('learning:read')
  expect((await auth.token(reportJob, { grant_type: 'client_credentials', scope })).body.scope).toBe('learning:read')
})

test('a client that is not first_party any more loses it with the next refresh', async () => {
  const { code, verifier } = await auth.approve(alice, { client: projectCenter, scope })
  const first = await auth.redeem(projectCenter, { code, verifier })
  expect(first.body.scope).toBe(scope)
  await auth.setClient(projectCenter, { first_party: false })
  const { body } = await auth.token(projectCenter, { grant_type: 'refresh_token', refresh_token: first.body.refresh_token })
  expect(body.scope).toBe('learning:read')
})
