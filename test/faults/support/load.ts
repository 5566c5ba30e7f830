import { setTimeout as pause } from 'node:timers/promises'
import { Again, createBrowserDevice, insist, type Person, redeem, refresh, signInByPassword } from './device.ts'
import { type Answer, NobodyThere, Unanswered } from './door.ts'
import { createLedger, type Family, type HeldCode, type Ledger } from './ledger.ts'
import { afterwards } from './program.ts'
import type { World } from './world.ts'

export interface Load {
  ledger: Ledger
  /** Lets each device finish what it is at. */
  stop(): Promise<void>
}

/** How long a device rests between two things it does, in milliseconds: two cores serve eight processes. */
const REST_MS = 15

/** Nobody goes on when a test forgot to stop it. */
const LONGEST_MS = 110_000

/** Puts the people of a world to work: every other one by browser, the rest by phone. */
export function startLoad(world: World): Load {
  const ledger = createLedger()
  let stopsAt = performance.now() + LONGEST_MS
  const deps = { world, ledger, going: () => performance.now() < stopsAt }
  const devices = world.people.map((person, i) => (i % 2 === 0 ? runBrowser(deps, person) : runPhone(deps, person)))
  const stop = async () => {
    stopsAt = Math.min(stopsAt, performance.now())
    await Promise.all(devices)
  }
  afterwards(() => void stop())
  return { ledger, stop }
}

interface Deps {
  world: World
  ledger: Ledger
  going(): boolean
}

/** Signs on again and again; every fourth code is kept for later. */
async function runBrowser(deps: Deps, person: Person): Promise<void> {
  const browser = createBrowserDevice(deps.world, deps.ledger, person)
  for (let round = 0; deps.going(); round++) {
    await forgivingly(deps, async () => {
      const held = await browser.authorize()
      if (round % 4 === 3) return
      const family = await redeemed(deps, held)
      if (family) await liveOn(deps, family, 2)
    })
  }
}

/** Signs in by password now and then, and stays signed in by refreshing. */
async function runPhone(deps: Deps, person: Person): Promise<void> {
  while (deps.going())
    await forgivingly(deps, async () => {
      const { answer } = await insist(() => signInByPassword(deps.world, deps.ledger, person))
      const family = familyOf(answer, 'mobile-app', deps)
      if (family) await liveOn(deps, family, 12)
    })
}

/** What a fault may cause is no failure of the load; anything else is written down. */
async function forgivingly({ ledger }: Deps, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const forgiven = error instanceof Again || error instanceof Unanswered || error instanceof NobodyThere
    if (!forgiven) ledger.faults.push(String(error))
  }
  await pause(REST_MS)
}

async function redeemed(deps: Deps, held: HeldCode): Promise<Family | undefined> {
  held.used = 'doubtful'
  const { answer, doubtful } = await insist(() => redeem(deps.world, deps.ledger, held))
  held.used = 'yes'
  if (doubtful && answer.status === 400) {
    deps.ledger.lostWithTheirAnswer += 1
    return undefined
  }
  return familyOf(answer, 'project-center', deps)
}

function familyOf({ status, body }: Answer, client: Family['client'], { ledger }: Deps): Family | undefined {
  if (status !== 200) {
    ledger.faults.push(`${client} got no tokens: ${status} ${body.slice(0, 200)}`)
    return undefined
  }
  const { access_token, refresh_token } = JSON.parse(body)
  const family = { client, access_token, refresh_token }
  ledger.families.push(family)
  return family
}

/** Calls the APIs and refreshes, so many times. */
async function liveOn(deps: Deps, family: Family, rounds: number): Promise<void> {
  for (let left = rounds; left > 0 && deps.going(); left--) {
    await callApis(deps, family)
    await pause(REST_MS)
    await refreshed(deps, family)
    await pause(REST_MS)
  }
}

/** A refresh always gives tokens, also the second time when the first was not answered: then the same. */
async function refreshed(deps: Deps, family: Family): Promise<void> {
  const { world, ledger } = deps
  const used = { ...family }
  const { answer, doubtful } = await insist(() => refresh(world, ledger, used))
  if (answer.status !== 200)
    return void ledger.faults.push(`a refresh was refused: ${answer.status} ${answer.body.slice(0, 200)}`)
  Object.assign(family, tokensOf(answer))
  if (!doubtful) return
  const again = await insist(() => refresh(world, ledger, used))
  if (again.answer.status !== 200 || tokensOf(again.answer).refresh_token !== family.refresh_token)
    ledger.faults.push(`a refresh tried again gave another successor: ${again.answer.status}`)
  ledger.healed += 1
}

function tokensOf({ body }: Answer): Pick<Family, 'access_token' | 'refresh_token'> {
  const { access_token, refresh_token } = JSON.parse(body)
  return { access_token, refresh_token }
}

/** Each API by a read, and one write that must happen once however often it is sent. */
async function callApis(deps: Deps, family: Family): Promise<void> {
  const { world, ledger } = deps
  const headers = { authorization: `Bearer ${family.access_token}` }
  for (const [api, path] of readsOf(family)) {
    const { answer } = await insist(() => ledger.note(api, () => world.apis[api].send(path, { headers })))
    if (answer.status !== 200) ledger.faults.push(`${api} refused a good token: ${answer.status} ${answer.body.slice(0, 200)}`)
  }
  const name = `project ${ledger.projects.size} ${crypto.randomUUID()}`
  const sent = { headers: { ...headers, 'idempotency-key': name.replaceAll(' ', '-') }, json: { name } }
  const { answer } = await insist(() => ledger.note('project', () => world.apis['project-api'].send('/projects', sent)))
  if (answer.status === 201) ledger.projects.add(name)
  else ledger.faults.push(`a project was not made: ${answer.status} ${answer.body.slice(0, 200)}`)
}

const readsOf = ({ client }: Family) =>
  [
    ['user-api', '/users/me'],
    ['project-api', '/projects'],
    ...(client === 'mobile-app' ? ([['open-api', '/v1/learning/summary']] as const) : []),
  ] as const
