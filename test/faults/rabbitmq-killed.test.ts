import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, expect } from '@jest/globals'
import { freshDatabase } from './support/databases.ts'
import { insist, signInByPassword } from './support/device.ts'
import { createLedger, faultsOf, summary, underWay } from './support/ledger.ts'
import { startLoad } from './support/load.ts'
import { endAll } from './support/program.ts'
import { onServers, rabbitmq, startServer } from './support/server.ts'
import { settle } from './support/settle.ts'
import { type Processes, rename, startProcesses } from './support/world.ts'

afterEach(endAll)

onServers(
  [rabbitmq],
  'kill -9 of RabbitMQ, back after 10 s: nobody who signs in notices, every event arrives, and what is withdrawn is withdrawn within 2 s meanwhile',
  async () => {
    const broker = await startServer(rabbitmq)
    const databaseUrl = freshDatabase()
    const world = await startProcesses({ databaseUrl, eventsUrl: broker.url, counts: { auth: 2, 'user-api': 2 } })
    await untilNamed(world, 'before the fault', await rename(databaseUrl, world, 'before the fault'))
    const load = startLoad(world)
    await underWay(load.ledger)
    const withBroker = await withdrawn(world)
    await broker.kill()
    const gone = performance.now()
    await pause(1000)
    await rename(databaseUrl, world, 'while it was away')
    const without = [await withdrawn(world), await withdrawn(world)]
    await pause(10_000 - (performance.now() - gone))
    await broker.start()
    const back = performance.now()
    const arrived = await untilNamed(world, 'while it was away', back)
    const again = await withdrawn(world)
    await load.stop()
    await settle(world, load.ledger)
    console.info(
      'RabbitMQ killed:',
      JSON.stringify({
        ...summary(load.ledger),
        awayMs: Math.round(back - gone),
        arrivedAfterMs: arrived,
        withdrawnMs: { withBroker, without, again },
      }),
    )

    expect(faultsOf(load.ledger)).toEqual({})
    expect(load.ledger.unanswered).toEqual([])
    expect(load.ledger.answers.filter(({ status }) => status === 503)).toEqual([])
    for (const ms of [withBroker, again]) expect(ms).toBeLessThan(2000)
    for (const ms of without) expect(ms).toBeLessThan(2500)
  },
  300_000,
)

/** Milliseconds from the answer of a revocation until every process of user-api refuses the token. */
async function withdrawn(world: Processes): Promise<number> {
  const ledger = createLedger()
  const person = world.people[0]
  if (!person) throw new Error('nobody is there')
  const { answer } = await insist(() => signInByPassword(world, ledger, person))
  const { access_token, refresh_token } = JSON.parse(answer.body)
  const revoked = await world.auth.send('/oauth2/revoke', { form: { client_id: 'mobile-app', token: refresh_token } })
  expect(revoked.status).toBe(200)
  const since = performance.now()
  const opens = async (url: string) =>
    (await fetch(`${url}/users/me`, { headers: { authorization: `Bearer ${access_token}` } })).status !== 401
  for (const { url } of world.programs['user-api'])
    while (await opens(url)) {
      if (performance.now() - since > 20_000) throw new Error('a token that was revoked opens after 20 s')
      await pause(20)
    }
  return Math.round(performance.now() - since)
}

/** Milliseconds since that moment until user-api calls everybody by this name. */
async function untilNamed(world: Processes, name: string, since: number): Promise<number> {
  const ledger = createLedger()
  for (const person of world.people) {
    const { answer } = await insist(() => signInByPassword(world, ledger, person))
    const headers = { authorization: `Bearer ${JSON.parse(answer.body).access_token}` }
    const isNamed = async () => JSON.parse((await world.apis['user-api'].send('/users/me', { headers })).body).name === name
    while (!(await isNamed())) {
      if (performance.now() - since > 30_000) throw new Error(`an event did not arrive: ${person.username} is not named ${name}`)
      await pause(100)
    }
  }
  return Math.round(performance.now() - since)
}
