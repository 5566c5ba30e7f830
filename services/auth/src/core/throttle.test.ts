import { describe, expect, test } from '@jest/globals'
import { addressBlock, budgetKey, opensAt, type Rule } from './throttle.ts'

const rule: Rule = { limit: 100, free: 5, firstWait: 1000, longestWait: 60_000 }
const expiresAt = 3_600_000

describe('the next attempt', () => {
  test.each([
    [0, 0],
    [4, 0],
    [5, 1000],
    [6, 2000],
    [10, 32_000],
    [11, 60_000],
    [99, 60_000],
  ])('after %i failures waits %i ms', (failures, wait) => {
    const lastAt = wait === 0 ? 0 : 7000
    expect(opensAt({ failures, lastAt, expiresAt }, rule)).toBe(lastAt + wait)
  })

  test('waits for the end of the window once the limit is reached', () => {
    expect(opensAt({ failures: 100, lastAt: 7000, expiresAt }, rule)).toBe(expiresAt)
    expect(opensAt({ failures: 3, lastAt: 7000, expiresAt }, { ...rule, limit: 3 })).toBe(expiresAt)
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:ffff::', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, block) => {
  expect(addressBlock(address)).toBe(block)
})

test('a key tells nothing of what was typed', () => {
  expect(budgetKey('name', 'hunter2')).toMatch(/^name:[\w-]{43}$/)
})
