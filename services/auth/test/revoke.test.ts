import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { grants } from '../src/stores/grants.ts'
import { revokedTokens } from '../src/stores/revoked-tokens.ts'
import { alice, bookshop, library, mobileApp, reportJob } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const refreshWorks = async (token: string) => (await auth.refresh(mobileApp, token)).status === 200

test('revoking the refresh token ends the Grant (RFC 7009 section 2.1)', async () => {
  const { refresh_token } = (await auth.passwordGrant(alice)).body
  expect((await auth.revoke(mobileApp, refresh_token)).status).toBe(200)
  expect(await refreshWorks(refresh_token)).toBe(false)
})

test('revoking an access token ends its Grant too, also when it has expired', async () => {
  const { access_token, refresh_token } = (await auth.passwordGrant(alice)).body
  auth.clock.advance(601_000)
  expect((await auth.revoke(mobileApp, access_token)).status).toBe(200)
  expect(await refreshWorks(refresh_token)).toBe(false)
})

test('revoking a used refresh token ends what followed it', async () => {
  const { refresh_token } = (await auth.passwordGrant(alice)).body
  const successor = (await auth.refresh(mobileApp, refresh_token)).body.refresh_token
  await auth.revoke(mobileApp, refresh_token)
  expect(await refreshWorks(successor)).toBe(false)
})

test('a token that rests on no Grant is remembered by its jti until it expires', async () => {
  const { access_token } = (await auth.token(reportJob, { grant_type: 'client_credentials' })).body
  expect((await auth.revoke(reportJob, access_token)).status).toBe(200)
  expect((await auth.revoke(reportJob, access_token)).status).toBe(200)
  expect(await auth.database.collection(revokedTokens).list({})).toHaveLength(1)
  auth.clock.advance(600_000)
  expect(await auth.database.collection(revokedTokens).list({})).toEqual([])
})

test("another client's token, an unknown one and nonsense are 200 and change nothing (RFC 7009 section 2.2)", async () => {
  const { access_token, refresh_token } = (await auth.passwordGrant(alice)).body
  for (const token of [access_token, refresh_token, 'x', 'a.b.c', `${access_token}x`])
    expect((await auth.revoke(library, token)).status).toBe(200)
  expect(await refreshWorks(refresh_token)).toBe(true)
})

test('the client must authenticate, and name a token', async () => {
  expect((await auth.post('/oauth2/revoke', { token: 'x' })).status).toBe(401)
  expect((await auth.asClient(bookshop, '/oauth2/revoke', {})).body.error).toBe('invalid_request')
})

test('a Grant that was revoked issues nothing any more, whatever the code or token (Invariant 1)', async () => {
  const approved = await auth.approve(alice, { client: bookshop })
  const [grant] = await auth.database.collection(grants).list({ client_id: 'bookshop', revokedAt: null })
  await auth.deps.grants.revoke(grant?.grant_id ?? '', 'test')
  expect((await auth.redeem(bookshop, approved)).body).toEqual({
    error: 'invalid_grant',
    error_description: 'the authorization was withdrawn',
  })
})
