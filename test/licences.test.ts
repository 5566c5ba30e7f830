import { expect, test } from '@jest/globals'
import { productionParts, refusedParts } from '../scripts/licences.ts'

test('what runs with Menshen has a permissive licence', () => {
  const parts = productionParts()
  expect(parts.length).toBeGreaterThan(100)
  expect(refusedParts(parts)).toEqual([])
})

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-only)', true],
  ['(MIT AND GPL-3.0-only)', false],
  ['GPL-3.0-only', false],
  ['none', false],
])('a package under %s may run with it: %s', (licence, allowed) => {
  expect(refusedParts([{ name: 'a', version: '1', licence }])).toHaveLength(allowed ? 0 : 1)
})
