import { OAuthError } from './errors.ts'
import { sha256 } from './secrets.ts'
import type { Attempts } from './types.ts'

/** What somebody can do too often. */
export const limits = [
  'device',
  'address',
  'account',
  'name',
  'sign-up',
  'registration',
  'client-requests',
  'client-failures',
] as const
export type Limit = (typeof limits)[number]

/** How many may fail, and how soon the next may be tried. */
export interface Rule {
  /** Failures in a window. */
  limit: number
  /** Failures before the first wait. */
  free: number
  /** Milliseconds; doubled by each failure that follows. */
  firstWait: number
  longestWait: number
}

/** When the next attempt may be made, in milliseconds since the epoch: failures are followed by waits that double, and by the limit (RFC 6749 section 4.3.2). */
export function opensAt({ failures, lastAt, expiresAt }: Omit<Attempts, 'key'>, rule: Rule): number {
  if (failures >= rule.limit) return expiresAt
  if (failures < rule.free) return 0
  return lastAt + Math.min(rule.firstWait * 2 ** (failures - rule.free), rule.longestWait)
}

/** How many may be counted without looking at the time. */
export const countedFreely = ({ free, limit }: Rule): number => Math.min(free, limit)

/** The key of a budget; it tells nothing of what was typed, which may be a password in the wrong field. */
export const budgetKey = (kind: string, value: string): string => `${kind}:${sha256(value)}`

/** The addresses that one host can choose among count as one: an IPv4 address, the /64 of an IPv6 address (RFC 4291 section 2.5.1). */
export function addressBlock(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('%', 1)[0]?.toLowerCase().split('::') ?? []
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, '')))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const left = tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  return `${[...before, ...left, ...after].slice(0, 4).join(':')}::/64`
}

/** 429 with Retry-After (RFC 6585 section 4). `what` there were too many of; `wait`: milliseconds; `detail` is for the log only. */
export function tooMany(what: string, wait: number, detail: Record<string, unknown> = {}): OAuthError {
  const seconds = Math.max(1, Math.ceil(wait / 1000))
  return new OAuthError('temporarily_unavailable', `too many ${what}, wait ${seconds} seconds`, {
    status: 429,
    headers: { 'retry-after': String(seconds) },
    detail,
  })
}
