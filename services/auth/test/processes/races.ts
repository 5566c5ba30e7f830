import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sha256 } from '../../src/core/secrets.ts'
import { refreshTokens } from '../../src/stores/refresh-tokens.ts'
import { openAuthProcess, seedCode, seedRefreshToken } from './first-day.ts'

interface Outcome {
  answer?: string
  error?: string
}

export const tsx = ['--conditions=menshen-source', '--import', 'tsx']
export const script = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url))

/** What happened in `count` races over codes (two attempts each) and as many over refresh tokens (four), from two processes. */
export interface RaceReport {
  codesWithTwoSuccesses: number
  codesWithNoSuccess: number
  grantsAliveAfterRace: number
  refreshesRefused: number
  refreshesWithTwoSuccessors: number
  rowsOtherThanOne: number
  grantsRevokedByRefresh: number
  /** Failures the protocol has no word for. */
  faults: number
}

/** Lets two processes race on one database. */
export async function race(url: string, count: number, batch = 50): Promise<RaceReport> {
  const auth = await openAuthProcess(url)
  const racers = await Promise.all([startRacer(url), startRacer(url)])
  const report: RaceReport = {
    codesWithTwoSuccesses: 0,
    codesWithNoSuccess: 0,
    grantsAliveAfterRace: 0,
    refreshesRefused: 0,
    refreshesWithTwoSuccessors: 0,
    rowsOtherThanOne: 0,
    grantsRevokedByRefresh: 0,
    faults: 0,
  }
  const countFaults = (outcomes: Outcome[][]) => {
    report.faults += outcomes.flat().filter(({ error }) => error !== undefined && error !== 'invalid_grant').length
  }
  const alive = async (grant_id: string) => (await auth.stores.grants.find(grant_id))?.revokedAt === null

  async function raceCodes(size: number): Promise<void> {
    const seeds = await Promise.all(Array.from({ length: size }, () => seedCode(auth.database)))
    const outcomes = await attempts(
      racers,
      'redeem',
      seeds.map(({ code }) => code),
    )
    countFaults(outcomes)
    for (const [i, { grant_id }] of seeds.entries()) {
      const successes = (outcomes[i] ?? []).filter(({ answer }) => answer).length
      if (successes > 1) report.codesWithTwoSuccesses++
      if (successes === 0) report.codesWithNoSuccess++
      if (await alive(grant_id)) report.grantsAliveAfterRace++
    }
  }

  async function raceRefreshTokens(size: number): Promise<void> {
    const seeds = await Promise.all(Array.from({ length: size }, () => seedRefreshToken(auth.database, auth.deps)))
    const outcomes = await attempts(
      racers,
      'refresh',
      seeds.map(({ token }) => token),
    )
    countFaults(outcomes)
    for (const [i, { grant_id, token }] of seeds.entries()) {
      const answers = (outcomes[i] ?? []).map(({ answer }) => answer)
      const successor = answers[0] ?? ''
      if (answers.includes(undefined)) report.refreshesRefused++
      if (new Set(answers).size > 1) report.refreshesWithTwoSuccessors++
      const rows = await auth.database.collection(refreshTokens).list({ grant_id })
      if (rows.filter(({ hash }) => hash !== sha256(token)).length !== 1 || !rows.some(({ hash }) => hash === sha256(successor)))
        report.rowsOtherThanOne++
      if (!(await alive(grant_id))) report.grantsRevokedByRefresh++
    }
  }

  for (let done = 0; done < count; done += batch) {
    const size = Math.min(batch, count - done)
    await raceCodes(size)
    await raceRefreshTokens(size)
  }
  for (const racer of racers) racer.disconnect()
  await auth.database.close()
  return report
}

/** How many guesses at each name were allowed when two processes count `each` of them at once. */
export async function guessAtOnce(url: string, { names, each }: { names: string[]; each: number }): Promise<number[]> {
  const guessers = await Promise.all([startRacer(url, 'guesser'), startRacer(url, 'guesser')])
  const answers = guessers.map((guesser) => once(guesser, 'message') as Promise<[number[]]>)
  for (const guesser of guessers) guesser.send({ names, each })
  const counts = (await Promise.all(answers)).map(([count]) => count)
  for (const guesser of guessers) guesser.disconnect()
  return names.map((_, i) => counts.reduce((sum, count) => sum + (count[i] ?? 0), 0))
}

async function startRacer(url: string, name = 'racer'): Promise<ChildProcess> {
  const racer = fork(script(name), [url], { execArgv: tsx })
  await once(racer, 'message')
  return racer
}

/** The outcomes of all attempts, by secret. */
async function attempts(racers: ChildProcess[], kind: 'redeem' | 'refresh', secrets: string[]): Promise<Outcome[][]> {
  const answers = racers.map((racer) => once(racer, 'message') as Promise<[Outcome[][]]>)
  for (const racer of racers) racer.send({ kind, secrets })
  const lists = await Promise.all(answers)
  return secrets.map((_, i) => lists.flatMap(([list]) => list[i] ?? []))
}
