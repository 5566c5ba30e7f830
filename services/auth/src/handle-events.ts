import type { EventOf, EventType, Outbox } from '@menshen/shared/events'
import type { Log } from '@menshen/shared/log'
import { type BackchannelDeps, noteLogout, tellLogouts } from './core/backchannel-logout.ts'
import { byThePerson } from './core/end-access.ts'
import { endClient, endEverythingOf, endThese } from './core/ending.ts'
import { erasePerson } from './core/erasure.ts'
import type { Stores } from './core/ports.ts'
import { endGrantsOf } from './core/sign-out.ts'

type HandlingDeps = Stores & { backchannel: BackchannelDeps; log: Log }

/** What events mean to auth itself, whichever process caused them; each can be begun anew. */
const handlers: { readonly [Type in EventType]?: (event: EventOf<Type>, deps: HandlingDeps) => Promise<void> } = {
  'session.ended': ({ data }, deps) => endSession(data, deps),
  'user.disabled': ({ subject }, deps) => endEverythingOf(subject, deps),
  'user.deleted': ({ subject }, deps) => erasePerson(subject, deps),
  'user.password_changed': ({ data }, deps) => endThese(data, 'password changed', deps),
  'access.ended': ({ data }, deps) => endThese(data, byThePerson, deps),
  'client.deleted': ({ subject }, deps) => endClient(subject, deps),
}

export function handleEvents(outbox: Outbox, deps: HandlingDeps): void {
  for (const [type, handle] of Object.entries(handlers) as [EventType, (event: never, deps: HandlingDeps) => Promise<void>][])
    outbox.handle(type, (event) => handle(event as never, deps))
}

/** What rests on it ends; its clients are told besides, which nobody waits for. */
async function endSession(
  { sid, endsOffline = false }: EventOf<'session.ended'>['data'],
  { backchannel, log, ...stores }: HandlingDeps,
): Promise<void> {
  await noteLogout(sid, backchannel)
  await endGrantsOf(sid, { endsOffline }, stores)
  void tellLogouts(backchannel).catch((error) => log.error({ err: error }, 'logout tokens wait for the job'))
}
