import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { countAttempt, countRegistration, countSignUp } from '../src/core/attempts.ts'
import { alice, bookshop, reportJob } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

/** So low that the second or third of each meets them. */
const limits = {
  SIGN_IN_FREE_FAILURES: '2',
  SIGN_IN_ACCOUNT_LIMIT: '6',
  SIGN_IN_ADDRESS_LIMIT: '7',
  SIGN_UP_ADDRESS_LIMIT: '1',
  REGISTRATION_LIMIT: '1',
}

let auth: TestAuth
beforeEach(async () => {
  auth = await startAuth({ env: limits })
})
afterEach(() => auth.stop())

/** The lines of a metric, as Prometheus reads them. */
const told = async (name: string): Promise<string[]> =>
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
    'menshen_sign_ins_total{outcome="busy"} 0',
  ])
  expect(await told('menshen_tokens_total')).toEqual([
    'menshen_tokens_total{grant_type="authorization_code",client="third_party"} 1',
    'menshen_tokens_total{grant_type="client_credentials",client="third_party"} 1',
    'menshen_tokens_total{grant_type="password",client="first_party"} 1',
  ])
  expect(await told('menshen_password_hashes_waiting')).toEqual(['menshen_password_hashes_waiting 0'])
  expect(await told('menshen_ready')).toEqual(['menshen_ready 1'])
  expect(await told('menshen_password_hash_seconds_count')).toEqual([expect.stringMatching(/ [1-9]\d*$/)])
})

test('the age of the signing keys is that of the one that has signed longest', async () => {
  auth.clock.advance(90_000)
  expect(await told('menshen_signing_key_age_seconds')).toEqual([expect.stringMatching(/ 9\d(\.\d+)?$/)])
})

describe('whoever is told to wait is counted by the limit they met', () => {
  /** Counts until it is one too many. */
  async function meet(count: (turn: number) => Promise<unknown>): Promise<void> {
    for (let turn = 0; turn < 10; turn++) {
      const status = await count(turn).then(
        () => 200,
        (error) => error.status,
      )
      if (status === 429) return
    }
    throw new Error('no limit was met')
  }
  const guess = { id: 'alice', sub: alice.sub, address: '192.0.2.1', device: undefined }
  const met = async () => (await told('menshen_throttled_total')).filter((line) => !line.endsWith(' 0'))
  const once = (limit: string) => [`menshen_throttled_total{limit="${limit}"} 1`]

  test.each([
    ['device', () => meet(() => countAttempt({ ...guess, device: 'known' }, auth.deps))],
    ['name', () => meet(() => countAttempt(guess, auth.deps))],
    ['account', () => meet((turn) => countAttempt({ ...guess, id: `name ${turn}`, address: `192.0.2.${turn}` }, auth.deps))],
    ['address', () => meet((turn) => countAttempt({ ...guess, id: `name ${turn}`, sub: undefined }, auth.deps))],
    ['sign-up', () => meet(() => countSignUp('192.0.2.1', auth.deps))],
    ['registration', () => meet(() => countRegistration({ address: '192.0.2.1', sub: null }, auth.deps))],
  ] as const)('%s', async (limit, meets) => {
    await meets()
    expect(await met()).toEqual(once(limit))
  })

  test.each([
    ['client-requests', { TOKEN_REQUESTS_PER_MINUTE: '1' }, reportJob],
    ['client-failures', { CLIENT_FAILURES_PER_MINUTE: '1' }, { ...reportJob, secret: 'wrong' }],
  ] as const)('%s', async (limit, env, client) => {
    await auth.stop()
    auth = await startAuth({ env })
    await auth.token(client, { grant_type: 'client_credentials' })
    expect((await auth.token(client, { grant_type: 'client_credentials' })).status).toBe(429)
    expect(await met()).toEqual(once(limit))
  })
})

test('what has not happened yet is told as 0: Prometheus does not see the first of a count that begins with 1', async () => {
  for (const [name, sets] of [
    ['menshen_backchannel_logouts_total', 3],
    ['menshen_sign_ins_total', 4],
    ['menshen_throttled_total', 8],
  ] as const) {
    const lines = await told(name)
    expect([name, lines.length, lines.filter((line) => !line.endsWith(' 0'))]).toEqual([name, sets, []])
  }
})
