import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { feedReader, someApi } from '../support/feed-reader.ts'
import { alice, bookshop, mobileApp, reportJob } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

let auth: TestAuth
let feed: Awaited<ReturnType<typeof feedReader>>
beforeAll(async () => {
  auth = await startAuth()
  feed = await feedReader(auth)
})
afterAll(() => auth.stop())

test('a token of a person does not read the revocation feed, not even with its scope', async () => {
  await auth.setClient(mobileApp, { scope: `${mobileApp.scope} revocation:read` })
  const { access_token, scope } = (await auth.passwordGrant(alice, { scope: 'openid revocation:read' })).body
  expect(scope).toContain('revocation:read')
  expect(await feed.readWith(access_token)).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } })
})

test('a third party gets no token for the revocation feed, whatever it is registered with', async () => {
  await auth.setClient(bookshop, { scope: 'learning:read revocation:read', grant_types: ['client_credentials'] })
  const asked = { grant_type: 'client_credentials', scope: 'revocation:read' }
  expect(await auth.token(bookshop, asked)).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
})

test('a token for an API does not read the revocation feed', async () => {
  const { access_token } = (await auth.token(reportJob, { grant_type: 'client_credentials' })).body
  expect(await feed.readWith(access_token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
})

test('a token for the revocation feed that was revoked reads no more', async () => {
  const token = await feed.token()
  expect((await feed.readWith(token)).status).toBe(200)
  await auth.revoke(someApi, token)
  expect(await feed.readWith(token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
})

test('a service that became a third party reads the revocation feed no more with the token that it has', async () => {
  const token = await feed.token()
  await auth.setClient(someApi, { first_party: false })
  expect(await feed.readWith(token)).toMatchObject({ status: 401, body: { error: 'invalid_token' } })
  await auth.setClient(someApi, { first_party: true })
})

test('nobody reads the revocation feed without a token, and a cursor is no filter', async () => {
  expect((await auth.get('/oauth2/revocations')).status).toBe(401)
  const token = await feed.token()
  for (const cursor of ['x', '-1', '1e3', '9'.repeat(16), '1 user_id x', `1 jti ${'x'.repeat(301)}`, '{"$gt":0}', ''])
    expect([cursor, await feed.readWith(token, `?${new URLSearchParams({ cursor })}`)]).toMatchObject([
      cursor,
      { status: 400, body: { error: 'invalid_request' } },
    ])
  expect((await feed.readWith(token, '?cursor=1&cursor=2')).status).toBe(400)
})
