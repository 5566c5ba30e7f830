/**
 * `npm run bench [ROUNDS] [NAME]`: work per CPU second of auth as a share of a bare Koa endpoint that does only the same crypto, in one run; a
 * protected endpoint as a share of the same endpoint without protection; then the event loop's delay while people sign in. 0 rounds are one with a
 * twentieth of the requests, to see that it runs.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openConnections, repeat } from './load.ts'
import { measureProtected, median, share } from './protected.ts'
import { type Scenario, scenarios, type Work } from './scenarios.ts'
import { measureSignIns } from './sign-ins.ts'
import { type Subject, startSubject } from './subject.ts'

const [given = '7', wanted = ''] = process.argv.slice(2)
const rounds = Math.max(1, Number(given))
const portion = Number(given) === 0 ? 1 / 20 : 1
const parallel = 16
const folder = mkdtempSync(join(tmpdir(), 'menshen-bench-'))

try {
  const table: Record<string, Record<string, number>> = {}
  for (const scenario of scenarios) if (scenario.name.includes(wanted)) table[scenario.name] = await measure(scenario)
  if ('protected endpoint, 2,000 tokens'.includes(wanted))
    table['protected endpoint, 2,000 tokens'] = await measureProtected(rounds)
  if (wanted === '') table['sign-ins: event loop delay, p99 ms'] = await measureSignIns(folder)
  console.table(table)
} finally {
  rmSync(folder, { recursive: true })
}

/** The medians of all rounds, in which the servers take turns. */
async function measure({ name, goal, times: whole, auth, bare }: Scenario): Promise<Record<string, number>> {
  const times = Math.ceil(whole * portion)
  const alg = name.includes('RS256') ? 'RS256' : 'ES256'
  const file = join(folder, `${name.replace(/\W+/g, '-')}.db`)
  const contestants = [
    { subject: await startSubject('bare-koa', []), work: bare, rates: [] as number[] },
    { subject: await startSubject('auth', [alg, 'sqlite::memory:', `${file}.log`]), work: auth, rates: [] as number[] },
    { subject: await startSubject('auth', [alg, `sqlite:${file}`, `${file}.log`]), work: auth, rates: [] as number[] },
  ]
  for (const { subject, work } of contestants) await rate(subject, work, times) // warm up
  for (let round = 0; round < rounds; round++)
    for (const { subject, work, rates } of contestants) rates.push(await rate(subject, work, times))
  for (const { subject } of contestants) subject.stop()
  const [bareRate = 0, memory = 0, disk = 0] = contestants.map(({ rates }) => median(rates))
  return {
    'bare Koa /s': Math.round(bareRate),
    'auth /s': Math.round(memory),
    share: share(memory, bareRate),
    goal,
    'share on a file': share(disk, bareRate),
  }
}

/** Units of work per second of the server's own CPU time. */
async function rate(subject: Subject, work: Work, times: number): Promise<number> {
  const connections = openConnections(parallel)
  const one = await work(subject, connections, times)
  const before = await subject.cpu()
  await repeat(times, parallel, one)
  const used = (await subject.cpu()) - before
  connections.close()
  return times / (used / 1e6)
}
