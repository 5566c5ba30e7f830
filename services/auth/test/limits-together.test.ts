import { describe, expect, test } from '@jest/globals'
import { openDatabase } from '@menshen/shared/storage'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { createFakeClock } from '@menshen/shared/testing/fake-clock'
import { loadAuthConfig } from '../src/config.ts'
import { countRegistration, countSignUp } from '../src/core/attempts.ts'
import { attempts, createAttemptStore } from '../src/stores/attempts.ts'

const limits = { signUp: 7, registration: 5 }
const config = loadAuthConfig({
  SIGN_UP_ADDRESS_LIMIT: String(limits.signUp),
  REGISTRATION_LIMIT: String(limits.registration),
})

/** What of 20 at once two processes let pass, each with its own connection. */
async function passed(url: string, count: (deps: Parameters<typeof countSignUp>[1]) => Promise<void>): Promise<number> {
  const clock = createFakeClock()
  const first = await openDatabase(url, { collections: [attempts], clock })
  const second = await openDatabase(url, { collections: [attempts], clock })
  const all = Array.from({ length: 20 }, (_, i) =>
    count({ attempts: createAttemptStore(i % 2 === 0 ? first : second), clock, config, throttled: () => {} }),
  )
  const outcomes = await Promise.allSettled(all)
  await Promise.all([first.close(), second.close()])
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ status: 429 })
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

function togetherOn(driver: string, freshUrl: () => string): void {
  describe(`two processes on ${driver} count together`, () => {
    test('sign-ups from an address', async () => {
      expect(await passed(freshUrl(), (deps) => countSignUp('192.0.2.1', deps))).toBe(limits.signUp)
    })

    test('registrations of apps from an address', async () => {
      const asked = { address: '192.0.2.1', sub: null }
      expect(await passed(freshUrl(), (deps) => countRegistration(asked, deps))).toBe(limits.registration)
    })
  })
}

togetherOn('SQLite', testSqliteUrl)
onMongo('limits', (freshUrl) => togetherOn('MongoDB', freshUrl))
