import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { deleteClient, disableClient, enableClient } from '../src/admin/clients.ts'
import { createClient } from '../src/admin/create.ts'
import { loadAuthConfig } from '../src/config.ts'
import { revocations } from '../src/stores/revocations.ts'
import { feedReader } from './support/feed-reader.ts'
import { alice, mobileApp, reportJob } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
let feed: Awaited<ReturnType<typeof feedReader>>
beforeEach(async () => {
  auth = await startAuth()
  feed = await feedReader(auth)
})
afterEach(() => auth.stop())

const admin = () => ({ ...auth.deps, actor: 'test', openVault: async () => auth.deps.vault })
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const revokedGrant = async (): Promise<string> => {
  const { access_token } = (await auth.passwordGrant(alice)).body
  await auth.revoke(mobileApp, access_token)
  return claimsOf(access_token).grant_id
}

test('tells the Grants, tokens and clients that ended, and until when tokens of them could live', async () => {
  const grant_id = await revokedGrant()
  auth.clock.advance(1000)
  const { access_token } = (await auth.token(reportJob, { grant_type: 'client_credentials' })).body
  await auth.revoke(reportJob, access_token)
  auth.clock.advance(1000)
  await disableClient('bookshop', admin())
  const told = (claim: string, value: string) => ({ claim, value, issued_before: null, expires_at: expect.any(Number) })
  const { revocations, more } = await feed.read()
  expect(revocations).toEqual([
    told('grant_id', grant_id),
    told('jti', claimsOf(access_token).jti),
    told('client_id', 'bookshop'),
  ])
  expect(revocations[0].expires_at * 1000).toBeGreaterThan(auth.clock.now() + 86_400_000)
  expect(more).toBe(false)
})

test('a Grant that ends because its refresh token was used again is told', async () => {
  const { refresh_token } = (await auth.passwordGrant(alice)).body
  await auth.refresh(mobileApp, refresh_token)
  auth.clock.advance(60_000)
  await auth.refresh(mobileApp, refresh_token)
  expect((await feed.read()).revocations).toHaveLength(1)
})

test('with its cursor a reader is told what came since, and once more what came in the last ten seconds', async () => {
  const first = await revokedGrant()
  const one = await feed.read()
  auth.clock.advance(9000)
  const second = await revokedGrant()
  const two = await feed.read(one.cursor)
  expect(two.revocations.map(({ value }: { value: string }) => value)).toEqual([first, second])
  auth.clock.advance(21_000)
  const { cursor } = await feed.read(two.cursor)
  expect((await feed.read(cursor)).revocations).toEqual([])
})

test('what is committed late, or by a process whose clock is behind, is told all the same', async () => {
  await revokedGrant()
  const { cursor } = await feed.read()
  const at = auth.clock.now() - 9000
  const late = { kind: 'grant_id' as const, value: 'late', at, issuedBefore: null, endsAt: at + 86_400_000 }
  await auth.database.collection(revocations).insert({ id: 'grant_id late', ...late })
  expect((await feed.read(cursor)).revocations).toContainEqual(expect.objectContaining({ value: 'late' }))
})

test('a process whose clock is a minute ahead hides nothing that the others revoke', async () => {
  const at = auth.clock.now() + 60_000
  const ahead = { kind: 'grant_id' as const, value: 'ahead', at, issuedBefore: null, endsAt: at + 86_400_000 }
  await auth.database.collection(revocations).insert({ id: 'grant_id ahead', ...ahead })
  const { cursor } = await feed.read()
  auth.clock.advance(1000)
  const value = await revokedGrant()
  expect((await feed.read(cursor)).revocations).toContainEqual(expect.objectContaining({ value }))
})

test('a token without a Grant is told until it has expired, not for a day: whoever revokes many fills no memory', async () => {
  const { access_token } = (await auth.token(reportJob, { grant_type: 'client_credentials' })).body
  await auth.revoke(reportJob, access_token)
  const [{ expires_at }] = (await feed.read()).revocations
  expect(expires_at).toBe(claimsOf(access_token).exp + 60)
})

test('no access token may live longer than what is revoked is remembered, or it would be good again', () => {
  expect(() => loadAuthConfig({ ACCESS_TOKEN_TTL: '86401' })).toThrow(
    'ACCESS_TOKEN_TTL: must be a whole number of seconds, 1 to 86400',
  )
})

test('thousands at the same moment come in pages, none is left out', async () => {
  const at = auth.clock.now()
  const many = Array.from({ length: 2500 }, (_, i) => `g${String(i).padStart(4, '0')}`)
  const insert = (value: string) =>
    auth.database
      .collection(revocations)
      .insert({ id: `grant_id ${value}`, kind: 'grant_id', value, at, issuedBefore: null, endsAt: at + 86_400_000 })
  for (let i = 0; i < many.length; i += 100) await Promise.all(many.slice(i, i + 100).map(insert))
  const seen: string[] = []
  let cursor: string | undefined
  for (let more = true; more; ) {
    const page = await feed.read(cursor)
    seen.push(...page.revocations.map(({ value }: { value: string }) => value))
    ;({ cursor, more } = page)
  }
  expect(seen).toEqual(many)
})

test('a client in use again has its old tokens refused, and not its new ones', async () => {
  const before = Math.floor(auth.clock.now() / 1000)
  await disableClient('bookshop', admin())
  auth.clock.advance(60_000)
  await enableClient('bookshop', admin())
  const [{ issued_before }] = (await feed.read()).revocations
  expect(issued_before).toBeGreaterThan(before)
  expect(issued_before).toBe(Math.floor(auth.clock.now() / 1000) - 5) // another process of auth may have a clock that is behind
})

test('enabled at once, what was given before is refused still', async () => {
  await disableClient('bookshop', admin())
  await enableClient('bookshop', admin())
  const [{ issued_before }] = (await feed.read()).revocations
  expect(issued_before).toBe(Math.floor(auth.clock.now() / 1000) + 1)
})

test('another client of the id of one that was deleted inherits no revocation, and the old tokens are no more', async () => {
  await deleteClient('bookshop', admin())
  expect((await feed.read()).revocations).toMatchObject([{ value: 'bookshop', issued_before: null }])
  auth.clock.advance(60_000)
  const entry = { client_id: 'bookshop', client_name: 'B', redirect_uris: ['https://b.example/'], scope: 'openid' }
  await createClient(entry, admin())
  expect((await feed.read()).revocations).toMatchObject([
    { value: 'bookshop', issued_before: Math.floor(auth.clock.now() / 1000) - 5 },
  ])
})
