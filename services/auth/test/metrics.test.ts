import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { alice, bookshop, reportJob } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeEach(async () => {
  auth = await startAuth({ env: { SIGN_IN_FREE_FAILURES: '2' } })
})
afterEach(() => auth.stop())

/** The lines of a metric, as Prometheus reads them. */
const told = async (name: string) =>
  (await (await fetch(`${auth.url}/metrics`)).text())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))

test('passwords are counted by how they were, and tokens by grant and whose the client is', async () => {
  await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))
  await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'learning:read' })
  await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'nothing:known' })
  await auth.passwordGrant(alice)
  for (const password of ['wrong', 'wrong', 'wrong', alice.password]) await auth.passwordGrant({ ...alice, password })
  expect(await told('menshen_sign_ins_total')).toEqual([
    'menshen_sign_ins_total{outcome="right"} 2',
    'menshen_sign_ins_total{outcome="wrong"} 2',
    'menshen_sign_ins_total{outcome="throttled"} 2',
  ])
  expect(await told('menshen_tokens_total')).toEqual([
    'menshen_tokens_total{grant_type="authorization_code",client="third_party"} 1',
    'menshen_tokens_total{grant_type="client_credentials",client="third_party"} 1',
    'menshen_tokens_total{grant_type="password",client="first_party"} 1',
  ])
  expect(await told('menshen_password_hashes_waiting')).toEqual(['menshen_password_hashes_waiting 0'])
  expect(await told('menshen_password_hash_seconds_count')).toEqual([expect.stringMatching(/ [1-9]\d*$/)])
})

test('the age of the signing keys is that of the one that has signed longest', async () => {
  auth.clock.advance(90_000)
  expect(await told('menshen_signing_key_age_seconds')).toEqual([expect.stringMatching(/ 9\d(\.\d+)?$/)])
})
