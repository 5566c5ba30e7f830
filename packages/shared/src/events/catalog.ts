import { z } from 'zod'
import type { CloudEvent } from './port.ts'

const text = z.string().min(1)
const version = z.int().min(1)
const milliseconds = z.int()

const account = z.object({ sub: text, version })
const person = account.extend({ preferred_username: z.string(), claims: z.record(z.string(), z.unknown()) })
const ending = z.object({ sub: text, sids: z.array(text).readonly(), grant_ids: z.array(text).readonly() })
const client = z.object({ client_id: text, version })
const api = z.object({ resource: text, version })

/** Every event of the suite: what it tells, which services must do something then (`work`), and what its `data` is. Versions count the changes of a subject: the newest wins, in whatever order events come. */
export const catalog = {
  'user.created': { about: 'Somebody has an account now.', subject: 'sub', work: ['user-api', 'open-api'], data: person },
  'user.updated': {
    about: 'Name, claims or roles of an account changed.',
    subject: 'sub',
    work: ['user-api', 'open-api'],
    data: person,
  },
  'user.disabled': {
    about: 'Nobody signs in to the account until it is enabled again; all it had given ends.',
    subject: 'sub',
    work: ['user-api'],
    data: account,
  },
  'user.enabled': {
    about: 'The account may be used again; what had ended stays so.',
    subject: 'sub',
    work: ['user-api'],
    data: account,
  },
  'user.deleted': {
    about: 'The account is gone: every service forgets the person.',
    subject: 'sub',
    work: ['user-api', 'project-api', 'open-api'],
    data: account,
  },
  'user.password_changed': {
    about: 'The password was set anew: these sessions and Grants end.',
    subject: 'sub',
    work: [],
    data: ending.extend({ version }),
  },
  'access.ended': {
    about: 'The person ended these sessions and Grants: a device, all others, or an app.',
    subject: 'sub',
    work: [],
    data: ending,
  },
  'session.ended': {
    about: 'A session ended; with `endsOffline` also what would outlive a sign-out.',
    subject: 'sid',
    work: [],
    data: z.object({ sid: text, sub: text, endsOffline: z.boolean().optional() }),
  },
  'grant.revoked': {
    about: 'A Grant ended: no token of it is good any more.',
    subject: 'grant_id',
    work: [],
    data: z.object({ grant_id: text, reason: z.string() }),
  },
  'token.revoked': {
    about: 'An access token without a Grant was revoked; it would have lived until `expiresAt`, in milliseconds.',
    subject: 'jti',
    work: [],
    data: z.object({ jti: text, expiresAt: milliseconds }),
  },
  'client.created': { about: 'An app was registered.', subject: 'client_id', work: [], data: client },
  'client.updated': {
    about: 'What is registered of an app changed, or it was enabled again.',
    subject: 'client_id',
    work: [],
    data: client,
  },
  'client.disabled': {
    about: 'Nothing is given to the app until it is enabled again.',
    subject: 'client_id',
    work: [],
    data: client,
  },
  'client.deleted': { about: 'The app is gone; what it was given ends.', subject: 'client_id', work: [], data: client },
  'api.created': { about: 'An API was registered.', subject: 'resource', work: [], data: api },
  'api.updated': { about: 'What is registered of an API changed.', subject: 'resource', work: [], data: api },
  'key.rotated': {
    about: 'A new signing key is in the key set; it signs from `signsFrom`, in milliseconds.',
    subject: 'kid',
    work: [],
    data: z.object({ alg: text, kid: text, signsFrom: milliseconds }),
  },
} as const satisfies Record<string, { about: string; subject: string; work: readonly string[]; data: z.ZodType }>

export type EventType = keyof typeof catalog
type Data<Type extends EventType> = z.output<(typeof catalog)[Type]['data']>

/** An event that is to be told. */
export type NewEvent = { [Type in EventType]: { type: Type; subject: string; data: Data<Type> } }[EventType]

/** An event whose `data` was checked. */
export type EventOf<Type extends EventType> = Omit<CloudEvent, 'type' | 'data'> & { type: Type; data: Data<Type> }

/** Reads an event as the catalog has it; what the catalog does not name is left out of its `data`. @throws ZodError. */
export const parseEvent = <Type extends EventType>(type: Type, event: CloudEvent): EventOf<Type> => ({
  ...event,
  type,
  data: catalog[type].data.parse(event.data) as Data<Type>,
})
