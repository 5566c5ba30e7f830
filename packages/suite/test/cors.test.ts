import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTestSuite } from '../../../test/support/suite.ts'
import type { Suite } from '../src/start-suite.ts'

let suite: Suite
beforeAll(async () => {
  suite = await startTestSuite('sqlite::memory:')
}, 60_000)
afterAll(() => suite.stop())

test('the scripts of the demo’s browser apps may read what auth and the APIs answer, those of nobody else', async () => {
  const { issuer, userApi, projectApi, openApi, spa, mobileApp } = suite.addresses
  const places = [`${issuer}/oauth2/token`, `${userApi}/users/me`, `${projectApi}/projects`, `${openApi}/v1/learning/summary`]
  for (const place of places) {
    const allowed = async (origin: string) =>
      (await fetch(place, { method: 'POST', headers: { origin } })).headers.get('access-control-allow-origin') || null
    for (const app of [spa, mobileApp]) expect(await allowed(app)).toBe(app)
    expect(await allowed('http://localhost:1')).toBeNull()
  }
})
