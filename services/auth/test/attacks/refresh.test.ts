import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sha256 } from '../../src/core/secrets.ts'
import { refreshTokens } from '../../src/stores/refresh-tokens.ts'
import { alice, bookshop, mobileApp } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

/** What somebody can do who saw a refresh token. */
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const signedIn = async (scope = 'user:read project:read') => (await auth.passwordGrant(alice, { scope })).body
const refused = { status: 400, body: { error: 'invalid_grant' } }

test('a refresh token is used again after the grace: this sign-in ends, other devices stay signed in (RFC 9700 section 4.14.2)', async () => {
  const [phone, tablet] = [await signedIn(), await signedIn()]
  const { refresh_token } = (await auth.refresh(mobileApp, phone.refresh_token)).body
  auth.clock.advance(30_000)
  expect(await auth.refresh(mobileApp, phone.refresh_token)).toMatchObject(refused)
  expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject(refused)
  expect(await auth.refresh(mobileApp, tablet.refresh_token)).toMatchObject({ status: 200 })
})

test('another client uses a refresh token: it is unknown there, and stays good (RFC 6749 section 6)', async () => {
  const { refresh_token } = await signedIn()
  expect(await auth.refresh(bookshop, refresh_token)).toMatchObject(refused)
  auth.clock.advance(31_000)
  expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject({ status: 200 })
})

test('another client repeats a used refresh token within the grace: it does not get the successor', async () => {
  const { refresh_token } = await signedIn()
  await auth.refresh(mobileApp, refresh_token)
  expect(await auth.refresh(bookshop, refresh_token)).toMatchObject(refused)
})

test('a refresh asks for more scope than was granted (RFC 6749 section 6)', async () => {
  const { refresh_token } = await signedIn('user:read')
  for (const scope of ['user:read project:read', 'learning:read', 'openid user:read'])
    expect(await auth.refresh(mobileApp, refresh_token, { scope })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    })
  expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject({ status: 200, body: { scope: 'user:read' } })
})

test('twenty use a refresh token at once: all get the one successor, and the family has no second branch', async () => {
  const { refresh_token } = await signedIn()
  const answers = await Promise.all(Array.from({ length: 20 }, () => auth.refresh(mobileApp, refresh_token)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1)

  const tokens = auth.database.collection(refreshTokens)
  const first = await tokens.find({ hash: sha256(refresh_token) })
  expect(await tokens.list({ grant_id: first?.grant_id ?? '' })).toHaveLength(2)
})

test('a refresh token of a Grant that has ended gives nothing (RFC 7009 section 2.1)', async () => {
  const { refresh_token } = await signedIn()
  const row = await auth.database.collection(refreshTokens).find({ hash: sha256(refresh_token) })
  await auth.deps.grants.revoke(row?.grant_id ?? '', 'test')
  expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject(refused)
})
