import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sha256 } from '@menshen/auth/core/secrets'
import { refreshTokens } from '@menshen/auth/stores/refresh-tokens'
import { openAuthProcess, seedCode, seedRefreshToken } from './auth-process.ts'

interface Outcome {
  answer?: string
  error?: string
}

/** What happened in so many races over codes (two attempts each) and as many over refresh tokens (four), from two processes. */
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

const nothingYet: RaceReport = {
  codesWithTwoSuccesses: 0,
  codesWithNoSuccess: 0,
  grantsAliveAfterRace: 0,
  refreshesRefused: 0,
  refreshesWithTwoSuccessors: 0,
  rowsOtherThanOne: 0,
  grantsRevokedByRefresh: 0,
  faults: 0,
}

interface RaceOptions {
  /** How many race at once. */
  batch?: number
  /** Called after each batch with what was found until then. */
  tell?(done: number, report: RaceReport): void
}

type Auth = Awaited<ReturnType<typeof openAuthProcess>>
type Finding = Partial<Record<keyof RaceReport, boolean | number>>

/** Lets two processes race on one database. */
export async function race(url: string, count: number, { batch = 50, tell }: RaceOptions = {}): Promise<RaceReport> {
  const auth = await openAuthProcess(url)
  const racers = await Promise.all([startRacer(url), startRacer(url)])
  const report = { ...nothingYet }
  for (let done = 0; done < count; done += batch) {
    const size = Math.min(batch, count - done)
    for (const finding of [...(await raceForCodes(size, auth, racers)), ...(await raceToRefresh(size, auth, racers))])
      add(finding, report)
    tell?.(done + size, report)
  }
  for (const racer of racers) racer.disconnect()
  await auth.database.close()
  return report
}

function add(finding: Finding, report: RaceReport): void {
  for (const [name, found] of Object.entries(finding)) report[name as keyof RaceReport] += Number(found)
}

const times = <Made>(size: number, make: () => Promise<Made>) => Promise.all(Array.from({ length: size }, make))
const isAlive = async (grant_id: string, { stores }: Auth) => (await stores.grants.find(grant_id))?.revokedAt === null
const faultsOf = (outcomes: readonly Outcome[]) =>
  outcomes.filter(({ error }) => error !== undefined && error !== 'invalid_grant').length

async function raceForCodes(size: number, auth: Auth, racers: readonly ChildProcess[]): Promise<Finding[]> {
  const seeds = await times(size, () => seedCode(auth.database))
  const outcomes = await attempts(
    racers,
    'redeem',
    seeds.map(({ code }) => code),
  )
  const find = async ({ grant_id }: { grant_id: string }, i: number): Promise<Finding> => {
    const successes = outcomes[i]?.filter(({ answer }) => answer).length ?? 0
    return {
      codesWithTwoSuccesses: successes > 1,
      codesWithNoSuccess: successes === 0,
      grantsAliveAfterRace: await isAlive(grant_id, auth),
      faults: faultsOf(outcomes[i] ?? []),
    }
  }
  return Promise.all(seeds.map(find))
}

async function raceToRefresh(size: number, auth: Auth, racers: readonly ChildProcess[]): Promise<Finding[]> {
  const seeds = await times(size, () => seedRefreshToken(auth.database, auth.deps))
  const outcomes = await attempts(
    racers,
    'refresh',
    seeds.map(({ token }) => token),
  )
  const find = async ({ grant_id, token }: { grant_id: string; token: string }, i: number): Promise<Finding> => {
    const answers = (outcomes[i] ?? []).map(({ answer }) => answer)
    const rows = await auth.database.collection(refreshTokens).list({ grant_id })
    const successors = rows.map(({ hash }) => hash).filter((hash) => hash !== sha256(token))
    return {
      refreshesRefused: answers.length === 0 || answers.includes(undefined),
      refreshesWithTwoSuccessors: new Set(answers).size > 1,
      rowsOtherThanOne: successors.length !== 1 || successors[0] !== sha256(answers[0] ?? ''),
      grantsRevokedByRefresh: !(await isAlive(grant_id, auth)),
      faults: faultsOf(outcomes[i] ?? []),
    }
  }
  return Promise.all(seeds.map(find))
}

/** Node as it runs a source file. */
export const tsx = ['--conditions=menshen-source', '--import', 'tsx']

async function startRacer(url: string): Promise<ChildProcess> {
  const racer = fork(fileURLToPath(new URL('racer.ts', import.meta.url)), [url], { execArgv: tsx })
  await once(racer, 'message')
  return racer
}

/** The outcomes of all attempts, by secret. */
async function attempts(
  racers: readonly ChildProcess[],
  kind: 'redeem' | 'refresh',
  secrets: readonly string[],
): Promise<Outcome[][]> {
  const answers = racers.map((racer) => once(racer, 'message') as Promise<[Outcome[][]]>)
  for (const racer of racers) racer.send({ kind, secrets })
  const lists = await Promise.all(answers)
  return secrets.map((_, i) => lists.flatMap(([list]) => list[i] ?? []))
}
