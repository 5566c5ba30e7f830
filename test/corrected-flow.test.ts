import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import type { Suite } from '@menshen/suite/start-suite'
import { challengeFor } from '../services/auth/test/support/start-auth.ts'
import { follow, stepsOf } from './support/exchanges.ts'
import { startTestSuite } from './support/suite.ts'

const page = await readFile('docs/flows.md', 'utf8')

let suite: Suite
beforeAll(async () => {
  suite = await startTestSuite('sqlite::memory:')
}, 60_000)
afterAll(() => suite.stop())

test('each request of the corrected flow is answered as it stands in docs/flows.md, one after the other', async () => {
  const code_verifier = randomBytes(32).toString('base64url')
  const [state, nonce] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
  const known = new Map(Object.entries({ state, nonce, code_verifier, ...challengeFor(code_verifier) }))
  expect(await follow(page, { addresses: suite.addresses, browser: createBrowser(), known })).toBeGreaterThan(20)
}, 60_000)

test('docs/zh-CN/flows.md has the same requests and answers', async () => {
  const chinese = stepsOf(await readFile('docs/zh-CN/flows.md', 'utf8'))
  expect(chinese).toEqual(stepsOf(page))
})
