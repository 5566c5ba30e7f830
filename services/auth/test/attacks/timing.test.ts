import { expect, test } from '@jest/globals'
import { alice } from '../support/people.ts'
import { startAuth } from '../support/start-auth.ts'

const median = (times: number[]) => times.sort((a, b) => a - b)[times.length / 2] ?? 0

test('an unknown name and a wrong password take the same time: the median of 200 pairs is within 5 %', async () => {
  const auth = await startAuth({ env: { SIGN_IN_FREE_FAILURES: '1000', SIGN_IN_ACCOUNT_LIMIT: '1000' } })
  async function timeOf(username: string): Promise<number> {
    const start = performance.now()
    await auth.passwordGrant({ ...alice, username, password: 'wrong password' })
    return performance.now() - start
  }
  const ratios: number[] = []
  for (let i = 0; i < 100; i++) {
    const [wrong, unknown] = [await timeOf(alice.username), await timeOf('nobody')]
    const [unknownFirst, wrongSecond] = [await timeOf('nobody'), await timeOf(alice.username)]
    ratios.push(unknown / wrong, unknownFirst / wrongSecond)
  }
  await auth.stop()
  expect(median(ratios)).toBeGreaterThan(0.95)
  expect(median(ratios)).toBeLessThan(1.05)
}, 60_000)
