import { randomInt } from 'node:crypto'

/** Digits in the order in which both databases compare them. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BASE = BigInt(DIGITS.length)

/** Room that a rank at either end leaves, in digits: so many tasks can be added there that ranks stay short. */
const LENGTH = 8
const STEP = BASE ** 4n
/** A gap must be as wide, so that two who choose in it at once hardly ever choose the same. */
const LEAST_GAP = BASE ** 3n

/**
 * A rank after one and before another: a fraction in base 62 without its zero, chosen at random in the gap, so that two at once get different ones.
 * Left out: the beginning, or the end, of the list.
 */
export function rankBetween(after: string | undefined, before: string | undefined): string {
  if (after !== undefined && before === undefined) return step(after, 1n) ?? within(after, before)
  if (after === undefined && before !== undefined) return step(before, -1n) ?? within(after, before)
  return within(after, before)
}

/** A little further than the outermost; nothing when there is no room for it. */
function step(from: string, direction: 1n | -1n): string | undefined {
  const to = numberOf(from, LENGTH) + direction * (STEP + BigInt(randomInt(Number(LEAST_GAP))))
  return to > 0n && to < BASE ** BigInt(LENGTH) ? textOf(to, LENGTH) : undefined
}

/** In the middle half of the gap, with as many digits as it takes. */
function within(after = '', before: string | undefined): string {
  for (let length = Math.max(LENGTH, after.length, before?.length ?? 0); ; length++) {
    const low = numberOf(after, length)
    const gap = (before === undefined ? BASE ** BigInt(length) : numberOf(before, length)) - low
    if (gap <= 0n) throw new RangeError(`${after} is not before ${before}`)
    if (gap < LEAST_GAP) continue
    return textOf(low + gap / 4n + (gap * BigInt(randomInt(2 ** 32))) / 2n ** 33n, length)
  }
}

function numberOf(rank: string, length: number): bigint {
  let number = 0n
  for (let i = 0; i < length; i++) number = number * BASE + BigInt(DIGITS.indexOf(rank[i] ?? '0'))
  return number
}

/** Without zeros at its end: then texts are ordered as their numbers are. */
function textOf(number: bigint, length: number): string {
  let text = ''
  for (let rest = number; text.length < length; rest /= BASE) text = DIGITS[Number(rest % BASE)] + text
  return text.replace(/0+$/, '')
}
