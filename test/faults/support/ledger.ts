import { setTimeout as pause } from 'node:timers/promises'
import { type Answer, NobodyThere, Unanswered } from './door.ts'

/** A code that the browser was given. */
export interface HeldCode {
  code: string
  code_verifier: string
  /** `doubtful`: sent, and never answered. */
  used: 'no' | 'yes' | 'doubtful'
}

/** What descends from one sign-in: what its client was given last. */
export interface Family {
  client: 'project-center' | 'mobile-app'
  access_token: string
  refresh_token: string
}

interface Note {
  what: string
  /** `performance.now()` when it ended. */
  at: number
  ms: number
}

/** All that was answered under load, so that each promise can be checked afterwards. */
export interface Ledger {
  codes: HeldCode[]
  families: Family[]
  /** Names of the projects whose making was answered. */
  projects: Set<string>
  answers: (Note & { status: number })[]
  unanswered: (Note & { code: string; reused: boolean })[]
  /** Requests that nobody listened to. */
  refused: number
  /** Codes whose redemption was never answered: the code is gone, its person signs in again. */
  lostWithTheirAnswer: number
  /** Refreshes that were tried again, and gave the successor. */
  healed: number
  /** What must never be: in words. */
  faults: string[]
  /** Sends one request and writes down how it ended. @throws Unanswered, NobodyThere */
  note(what: string, send: () => Promise<Answer>): Promise<Answer>
}

/** An empty ledger. */
export function createLedger(): Ledger {
  const ledger: Ledger = {
    codes: [],
    families: [],
    projects: new Set(),
    answers: [],
    unanswered: [],
    refused: 0,
    lostWithTheirAnswer: 0,
    healed: 0,
    faults: [],
    async note(what, send) {
      try {
        const answer = await send()
        ledger.answers.push({ what, status: answer.status, ms: answer.ms, at: performance.now() })
        const fault = faultOf(answer)
        if (fault) ledger.faults.push(`${what}: ${fault}`)
        return answer
      } catch (error) {
        if (error instanceof NobodyThere) ledger.refused += 1
        if (error instanceof Unanswered) {
          ledger.unanswered.push({ what, at: performance.now(), ms: error.ms, code: error.code, reused: error.reused })
          if (error.code === 'HUNG') ledger.faults.push(`${what}: no answer in ${Math.round(error.ms)} ms`)
        }
        throw error
      }
    },
  }
  return ledger
}

/** What was answered by now, to be settled later. A code that is used in between is left out, as nobody knows which of the two a copy holds. */
export function promisedBy(ledger: Ledger): () => Ledger {
  const families = structuredClone(ledger.families)
  const projects = new Set(ledger.projects)
  const codes = [...ledger.codes]
  const used = new Set(codes.filter((code) => code.used === 'yes'))
  return () => ({ ...createLedger(), families, projects, codes: codes.filter((code) => used.has(code) || code.used === 'no') })
}

/** Whatever goes wrong, nobody is told of a bug, or left without the time to wait. */
function faultOf({ status, headers, body }: Answer): string | undefined {
  if (status === 503 && !headers.has('retry-after')) return `503 without Retry-After: ${body.slice(0, 200)}`
  return status >= 500 && status !== 503 ? `${status}: ${body.slice(0, 200)}` : undefined
}

/** In a line: how many requests, how many of them 503 or unanswered, and the longest answer in milliseconds. */
export function summary({ answers, unanswered, refused, codes, families, projects, healed, lostWithTheirAnswer }: Ledger) {
  const away = answers.filter(({ status }) => status === 503)
  return {
    answered: answers.length,
    unavailable: away.length,
    unanswered: unanswered.length,
    unansweredOnUsedConnections: unanswered.filter(({ reused }) => reused).length,
    refused,
    codes: codes.length,
    families: families.length,
    projects: projects.size,
    healed,
    lostWithTheirAnswer,
    longestMs: Math.round(Math.max(0, ...answers.map(({ ms }) => ms))),
    longestUnavailableMs: Math.round(Math.max(0, ...away.map(({ ms }) => ms))),
  }
}

/** What must never be, each with how often it was. */
export function faultsOf({ faults }: Ledger): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const fault of faults) {
    const kind = fault.replace(/[\w-]{40,}/g, '…').slice(0, 160)
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

/** Milliseconds from this moment to the last answer or silence that a fault caused. */
export function recoveredAfter({ answers, unanswered }: Ledger, since: number): number {
  const late = [...answers.filter(({ status }) => status === 503), ...unanswered].filter(({ at }) => at > since)
  return Math.round(Math.max(0, ...late.map(({ at }) => at - since)))
}

/** How the answers were between two moments; what a request waited before does not count. */
export function between({ answers }: Ledger, from: number, to: number) {
  const then = answers.flatMap((answer) => {
    const { at, ms } = answer
    return at >= from && at < to ? [{ ...answer, ms: Math.min(ms, at - from) }] : []
  })
  return {
    answered: then.length,
    well: then.filter(({ status }) => status < 400).length,
    unavailable: then.filter(({ status }) => status === 503).length,
    longestMs: Math.round(Math.max(0, ...then.map(({ ms }) => ms))),
    longest: then.reduce((longest, one) => (one.ms > longest.ms ? one : longest), { what: 'none', ms: 0 }).what,
  }
}

/** Waits until the load runs: people are signed in and their apps have tokens; 3 seconds at least. */
export async function underWay({ families }: Ledger): Promise<void> {
  const began = performance.now()
  while (performance.now() - began < 3000 || (families.length < 8 && performance.now() - began < 30_000)) await pause(100)
}
