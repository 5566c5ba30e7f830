import { claimsOfScope } from './claims.ts'
import { claimsBeyond } from './claims-request.ts'
import type { CoreDeps } from './ports.ts'
import { scopesOf } from './scope.ts'
import type { Consent, Grant, Session } from './types.ts'

type AccessDeps = Pick<CoreDeps, 'sessions' | 'grants' | 'consents' | 'clock'>

/** A browser, or an app of ours, that somebody is signed in with. */
export interface Device {
  session: Session
  lastSeenAt: number
}

/** What an app may do with an account. */
export interface AppAccess {
  client_id: string
  scopes: string[]
  /** Asked for by name, and told by none of the scopes. */
  claims: string[]
  since: number
  lastUsedAt: number
}

/** What is signed in to an account, and the apps that may use it: they hold something, or need not ask again. The last used come first. */
export async function accessTo(sub: string, deps: AccessDeps): Promise<{ devices: Device[]; apps: AppAccess[] }> {
  const [sessions, grants, consents] = await Promise.all([
    deps.sessions.standingOf(sub),
    deps.grants.standingOf(sub),
    deps.consents.ofPerson(sub),
  ])
  const devices = sessions
    .map((session) => ({ session, held: grants.filter(({ sid }) => sid === session.sid) }))
    .filter(({ session, held }) => held.length > 0 || signsOn(session, deps))
    .map(({ session, held }) => ({ session, lastSeenAt: Math.max(seenAt(session), ...held.map(usedAt)) }))
  const client_ids = [...new Set([...grants, ...consents].map(({ client_id }) => client_id))]
  const apps = client_ids.map((client_id) => {
    const isOfApp = (one: { client_id: string }) => one.client_id === client_id
    return { client_id, ...accessBy(grants.filter(isOfApp), consents.filter(isOfApp)) }
  })
  return {
    devices: devices.sort((a, b) => b.lastSeenAt - a.lastSeenAt),
    apps: apps.sort((a, b) => b.lastUsedAt - a.lastUsedAt),
  }
}

const signsOn = ({ browser, idleUntil }: Session, { clock }: AccessDeps) => browser !== null && idleUntil > clock.now()
const seenAt = ({ lastSeenAt, authenticatedAt }: Session) => lastSeenAt ?? authenticatedAt
const usedAt = ({ lastUsedAt, createdAt }: Grant) => lastUsedAt ?? createdAt

function accessBy(grants: readonly Grant[], consents: readonly Consent[]): Omit<AppAccess, 'client_id'> {
  const scopes = distinct([...grants, ...consents].flatMap(({ scope }) => scopesOf(scope)))
  const told = claimsOfScope(scopes.join(' '))
  const byName = [
    ...grants.flatMap(({ scope, claims }) => claimsBeyond(scope, claims ?? null)),
    ...consents.flatMap(({ claims }) => scopesOf(claims ?? '')),
  ]
  return {
    scopes,
    claims: distinct(byName).filter((name) => !told.includes(name)),
    since: Math.min(...grants.map(({ createdAt }) => createdAt), ...consents.map((one) => one.createdAt ?? one.updatedAt)),
    lastUsedAt: Math.max(...grants.map(usedAt), ...consents.map((one) => one.usedAt ?? one.updatedAt)),
  }
}

const distinct = (names: readonly string[]) => [...new Set(names)]
