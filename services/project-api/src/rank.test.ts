import { expect, test } from '@jest/globals'
import { rankBetween } from './rank.ts'

const isOrdered = (ranks: readonly string[]) => ranks.every((rank, i) => i === 0 || (ranks[i - 1] ?? '') < rank)

test('a rank lies between its neighbours, wherever tasks are put', () => {
  const ranks = [rankBetween(undefined, undefined)]
  for (let i = 0; i < 2000; i++) {
    const at = (i * 7919) % (ranks.length + 1)
    ranks.splice(at, 0, rankBetween(ranks[at - 1], ranks[at]))
  }
  expect(isOrdered(ranks)).toBe(true)
})

test('ten thousand at the end, or at the beginning, have ranks of eight digits', () => {
  let [first, last] = Array(2).fill(rankBetween(undefined, undefined))
  for (let i = 0; i < 10_000; i++) {
    const [before, after] = [rankBetween(undefined, first), rankBetween(last, undefined)]
    expect(before < first && last < after).toBe(true)
    first = before
    last = after
  }
  expect(Math.max(first.length, last.length)).toBeLessThanOrEqual(8)
})

test('always into the same gap, a rank grows by less than a digit in two moves', () => {
  const low = rankBetween(undefined, undefined)
  let high = rankBetween(low, undefined)
  for (let i = 0; i < 100; i++) {
    const next = rankBetween(low, high)
    expect(low < next && next < high).toBe(true)
    high = next
  }
  expect(high.length).toBeLessThan(60)
})

test('two that choose in one gap at once choose apart', () => {
  const low = rankBetween(undefined, undefined)
  const high = rankBetween(low, undefined)
  expect(new Set(Array.from({ length: 100 }, () => rankBetween(low, high))).size).toBe(100)
})
