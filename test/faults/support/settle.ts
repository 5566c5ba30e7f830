import { insist, redeem, refresh } from './device.ts'
import type { Answer } from './door.ts'
import type { Family, HeldCode, Ledger } from './ledger.ts'
import type { World } from './world.ts'

/**
 * Checks, when all is well again, each promise that was answered: tokens live, codes that were not used work, those that were do not, projects are there
 * once. What does not hold is among the faults of the ledger.
 */
export async function settle(world: World, ledger: Ledger): Promise<void> {
  await each(ledger.families, (family) => livesOn(world, ledger, family))
  await each(
    ledger.codes.filter(({ used }) => used === 'no'),
    (held) => works(world, ledger, held),
  )
  await eachProjectIsThereOnce(world, ledger)
  await each(
    ledger.codes.filter(({ used }) => used === 'yes'),
    (held) => isUsed(world, ledger, held), // last, as it ends what the code gave
  )
}

const LANES = 8

/** Does so for each, some at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const lane = async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

/** The access token that was answered last opens an API, and the refresh token gives the next. */
async function livesOn(world: World, ledger: Ledger, family: Family): Promise<void> {
  const headers = { authorization: `Bearer ${family.access_token}` }
  const api = await insist(() => ledger.note('after', () => world.apis['user-api'].send('/users/me', { headers })))
  if (api.answer.status !== 200) ledger.faults.push(`after: an access token does not open: ${short(api.answer)}`)
  const { answer } = await insist(() => refresh(world, ledger, family))
  if (answer.status !== 200) ledger.faults.push(`after: a refresh token is dead: ${short(answer)}`)
}

async function works(world: World, ledger: Ledger, held: HeldCode): Promise<void> {
  const { answer } = await insist(() => redeem(world, ledger, held))
  if (answer.status !== 200) ledger.faults.push(`after: a code that was never used does not work: ${short(answer)}`)
}

async function isUsed(world: World, ledger: Ledger, held: HeldCode): Promise<void> {
  const { answer } = await insist(() => redeem(world, ledger, held))
  if (answer.status !== 400) ledger.faults.push(`after: a code worked twice: ${short(answer)}`)
}

async function eachProjectIsThereOnce(world: World, ledger: Ledger): Promise<void> {
  const there = await world.projectNames()
  const counts = new Map<string, number>()
  for (const name of there) counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const name of ledger.projects) if (!counts.has(name)) ledger.faults.push(`after: ${name} is lost`)
  for (const [name, count] of counts) if (count > 1) ledger.faults.push(`after: ${name} is there ${count} times`)
}

const short = ({ status, body }: Answer) => `${status} ${body.slice(0, 200)}`
