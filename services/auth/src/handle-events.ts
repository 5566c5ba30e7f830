import type { CloudEvent, Outbox } from '@menshen/shared/events'
import type { Log } from '@menshen/shared/log'
import { type BackchannelDeps, noteLogout, tellLogouts } from './core/backchannel-logout.ts'
import { byThePerson } from './core/end-access.ts'
import { type Ending, endClient, endEverythingOf, endThese } from './core/ending.ts'
import { erasePerson } from './core/erasure.ts'
import type { Stores } from './core/ports.ts'
import { endGrantsOf } from './core/sign-out.ts'

type HandlingDeps = Stores & { backchannel: BackchannelDeps; log: Log }

/** What events mean to auth itself, whichever process caused them; each can be begun anew. */
const handlers: Readonly<Record<string, (event: CloudEvent, deps: HandlingDeps) => Promise<void>>> = {
  'session.ended': (event, deps) => endSession(event, deps),
  'user.disabled': ({ subject }, deps) => endEverythingOf(subject, deps),
  'user.deleted': ({ subject }, deps) => erasePerson(subject, deps),
  'user.password_changed': ({ data }, deps) => endThese(data as unknown as Ending, 'password changed', deps),
  'access.ended': ({ data }, deps) => endThese(data as unknown as Ending, byThePerson, deps),
  'client.deleted': ({ subject }, deps) => endClient(subject, deps),
}

export function handleEvents(outbox: Outbox, deps: HandlingDeps): void {
  for (const [type, handle] of Object.entries(handlers)) outbox.handle(type, (event) => handle(event, deps))
}

/** What rests on it ends; its clients are told besides, which nobody waits for. */
async function endSession({ subject: sid, data }: CloudEvent, { backchannel, log, ...stores }: HandlingDeps): Promise<void> {
  await noteLogout(sid, backchannel)
  await endGrantsOf(sid, { endsOffline: data['endsOffline'] === true }, stores)
  void tellLogouts(backchannel).catch((error) => log.error({ err: error }, 'logout tokens wait for the job'))
}
