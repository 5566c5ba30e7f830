import type { CloudEvent, Outbox } from '@menshen/shared/events'
import { endClient, endEverythingOf, endThese } from './core/ending.ts'
import type { Stores } from './core/ports.ts'
import { endGrantsOf } from './core/sign-out.ts'

/** What events mean to auth itself, whichever process caused them; each can be begun anew. */
const handlers: Readonly<Record<string, (event: CloudEvent, stores: Stores) => Promise<void>>> = {
  'session.ended': ({ subject }, stores) => endGrantsOf(subject, stores),
  'user.disabled': ({ subject }, stores) => endEverythingOf(subject, stores),
  'user.password_changed': ({ data }, stores) =>
    endThese(data as unknown as Parameters<typeof endThese>[0], 'password changed', stores),
  'client.deleted': ({ subject }, stores) => endClient(subject, stores),
}

export function handleEvents(outbox: Outbox, stores: Stores): void {
  for (const [type, handle] of Object.entries(handlers)) outbox.handle(type, (event) => handle(event, stores))
}
