import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect } from '@jest/globals'
import { between, faultsOf, recoveredAfter, summary, underWay } from './support/ledger.ts'
import { startLoad } from './support/load.ts'
import { endAll } from './support/program.ts'
import { mongod, onServers, startServer } from './support/server.ts'
import { settle } from './support/settle.ts'
import { type Processes, startProcesses, type World } from './support/world.ts'

afterEach(endAll)

onServers(
  [mongod],
  'kill -9 of MongoDB, back after 5 s: 503 within 3 s and never a hang; tokens are verified; nobody is restarted; what was answered is there, once',
  async () => {
    const server = await startServer(mongod)
    const world = await startProcesses({ databaseUrl: inDatabase(server.url), counts: { auth: 2 } })
    const load = startLoad(world)
    await underWay(load.ledger)
    await server.kill()
    const gone = performance.now()
    await pause(1500)
    const verdicts = await askApi(world, load.ledger.families.at(-1)?.access_token ?? '')
    await pause(5000 - (performance.now() - gone))
    await server.start()
    const back = performance.now()
    await pause(5000)
    await load.stop()
    await settle(world, load.ledger)
    const outage = between(load.ledger, gone, back)
    console.info(
      'MongoDB killed:',
      JSON.stringify({
        ...summary(load.ledger),
        outage,
        recoveredAfterMs: recoveredAfter(load.ledger, back),
        awayMs: Math.round(back - gone),
      }),
    )

    expect(bugsIn(world)).toEqual([])
    expect(faultsOf(load.ledger)).toEqual({})
    expect(outage.unavailable).toBeGreaterThan(10)
    expect(outage.longestMs).toBeLessThan(3000)
    expect(load.ledger.unanswered).toEqual([])
    expect(verdicts).toEqual({ good: 503, forged: 401, ready: 503, told: 'menshen_ready 0', alive: 200 })
    expect(recoveredAfter(load.ledger, back)).toBeLessThan(5000)
    for (const program of Object.values(world.programs).flat()) expect(program.running()).toBe(true)
  },
  300_000,
)

/** What the logs call an error of no known kind. */
const bugsIn = ({ programs }: Processes) =>
  Object.values(programs)
    .flat()
    .flatMap((program) => [...program.said('Something went wrong on our side'), ...program.said('something went wrong here')])
    .map(({ err }) => JSON.stringify(err).slice(0, 1500))

/** A database of the test on that server, by its name in the URL. */
function inDatabase(server: string): string {
  const url = new URL(server)
  url.pathname = '/faults'
  return url.href
}

/** What user-api says of a good token, which it can't serve, and of a forged one; and of itself. */
async function askApi({ apis }: World, token: string) {
  const forged = `${token.slice(0, -8)}AAAAAAAA`
  const statusOf = async (path: string, bearer?: string) =>
    (await apis['user-api'].send(path, bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}` } })).status
  const metrics = async () => String((await apis['user-api'].send('/metrics', {})).body)
  return {
    good: await statusOf('/users/me', token),
    forged: await statusOf('/users/me', forged),
    ready: await statusOf('/readyz'),
    told: /^menshen_ready \d/m.exec(await metrics())?.[0],
    alive: await statusOf('/healthz'),
  }
}
