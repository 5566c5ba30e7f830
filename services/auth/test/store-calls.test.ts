import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { alice, bookshop, projectCenter, reportJob } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

/** What a request asks of the storage port, with clients, APIs and keys in memory. */
async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  auth.database.reset()
  await work()
  return [...auth.database.calls]
}

test('client_credentials asks nothing', async () => {
  const grant = () => auth.token(reportJob, { grant_type: 'client_credentials' })
  await grant()
  expect(await callsOf(grant)).toEqual([])
})

test('authorize with a living session: 5 for a first-party app, 7 where consent is read and noted', async () => {
  const { browser } = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
  await auth.approve(alice, { client: bookshop, browser })
  const alive = ['sessions.update', 'users.update']
  const stored = ['grants.insert', 'authorization_codes.insert']
  expect(await callsOf(() => browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid' })))).toEqual([
    'sessions.list',
    ...alive,
    ...stored,
  ])
  expect(browser.page.location).toContain('code=')
  expect(await callsOf(() => browser.get(auth.authorizeUrl(bookshop)))).toEqual([
    'sessions.list',
    'consents.find',
    ...alive,
    'consents.update',
    ...stored,
  ])
  expect(browser.page.location).toContain('code=')
})

test('redeeming a code asks 3 times (the issue allows 4)', async () => {
  const approved = await auth.approve(alice, { client: bookshop })
  expect(await callsOf(() => auth.redeem(bookshop, approved))).toEqual([
    'authorization_codes.update',
    'grants.update',
    'refresh_tokens.upsert',
  ])
})

test('refreshing asks 3 times, once more after an hour', async () => {
  const { body } = await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))
  const refreshing = ['refresh_tokens.update', 'refresh_tokens.upsert', 'grants.find']
  const refresh = async (token: string) => (await auth.refresh(bookshop, token)).body.refresh_token
  let next = ''
  expect(await callsOf(async () => (next = await refresh(body.refresh_token)))).toEqual(refreshing)
  auth.clock.advance(3_600_000)
  expect(await callsOf(async () => (next = await refresh(next)))).toContain('grants.update')
  expect(await callsOf(() => refresh(next))).toEqual(refreshing)
})
