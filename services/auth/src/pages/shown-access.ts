import type { Context } from 'koa'
import type { AppAccess, Device } from '../core/access.ts'
import type { AuthDeps } from '../deps.ts'
import { coarseAddress } from '../http/coarse-address.ts'
import { tellTime } from '../http/moment.ts'
import { programOf } from '../http/user-agent.ts'
import { locales } from '../locales/index.ts'
import { wishesOf } from './wishes.ts'

type Told = Parameters<typeof tellTime>[1]

/** What the account page shows of the devices; the one that it is looked at with comes first. `here`: its `sid`. */
export async function shownDevices(devices: readonly Device[], here: string, told: Told, { clients }: Pick<AuthDeps, 'clients'>) {
  const shown = devices.map(async ({ session, lastSeenAt }) => {
    const { sid, client_id, address, userAgent, createdAt } = session
    const app = client_id === null ? undefined : ((await clients.find(client_id))?.client_name ?? client_id)
    return {
      sid,
      isHere: sid === here,
      name: await nameOf(app, userAgent, told),
      address: address === undefined ? undefined : coarseAddress(address),
      firstSeen: shownTime(createdAt, told),
      lastSeen: shownTime(sid === here ? told.now : lastSeenAt, told),
    }
  })
  return (await Promise.all(shown)).sort((a, b) => Number(b.isHere) - Number(a.isHere))
}

async function nameOf(app: string | undefined, userAgent: string | null | undefined, { locale }: Told): Promise<string> {
  const { account } = locales[locale]
  const { browser, system } = await programOf(userAgent)
  if (app !== undefined) return system === undefined ? app : account.appOn(app, system)
  if (browser === undefined) return system ?? account.unknownDevice
  return system === undefined ? browser : account.browserOn(browser, system)
}

/** What it shows of the apps, but for those that are not registered any more. */
export async function shownApps(ctx: Context, apps: readonly AppAccess[], told: Told, deps: AuthDeps) {
  const shown = apps.map(async ({ client_id, since, lastUsedAt, ...access }) => {
    const client = await deps.clients.find(client_id)
    if (!client) return undefined
    return {
      client_id,
      name: client.client_name,
      first_party: client.first_party,
      wishes: await wishesOf(ctx, access, deps),
      since: shownTime(since, told),
      lastUsed: shownTime(lastUsedAt, told),
    }
  })
  return (await Promise.all(shown)).filter((app) => app !== undefined)
}

const shownTime = (at: number, told: Told) => ({ iso: new Date(at).toISOString(), text: tellTime(at, told) })
