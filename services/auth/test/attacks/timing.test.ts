import { expect, test } from '@jest/globals'
import { alice } from '../support/people.ts'
import { startAuth } from '../support/start-auth.ts'

const median = (times: number[]) => times.sort((a, b) => a - b)[times.length / 2] ?? 0

test('an unknown name and a wrong password take the same time: interleaved medians of 200 within 5 %', async () => {
  const auth = await startAuth({ env: { SIGN_IN_FREE_FAILURES: '1000', SIGN_IN_ACCOUNT_LIMIT: '1000' } })
  const times: { wrong: number[]; unknown: number[] } = { wrong: [], unknown: [] }
  const timed = async (list: number[], username: string) => {
    const start = performance.now()
    await auth.passwordGrant({ ...alice, username, password: 'wrong password' })
    list.push(performance.now() - start)
  }
  for (let i = 0; i < 200; i++) {
    await timed(times.wrong, alice.username)
    await timed(times.unknown, 'nobody')
  }
  await auth.stop()
  const ratio = median(times.unknown) / median(times.wrong)
  expect(ratio).toBeGreaterThan(0.95)
  expect(ratio).toBeLessThan(1.05)
}, 60_000)
