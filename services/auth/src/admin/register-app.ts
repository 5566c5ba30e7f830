import { randomUUID } from 'node:crypto'
import type { RegistrationToken } from '../core/types.ts'
import type { ApplyDeps } from './apply.ts'
import { createClient, EntryFaults, NotCreated } from './create.ts'
import { useOf } from './registration-tokens.ts'

/** What somebody tells of an app when they register it, in the words of the notes. */
export interface AppTold {
  clientName: string
  redirectUrl: string
  description: string
}

/** Who registers it: nobody knows anybody behind a token, or where registration is open. */
export interface Registrant {
  /** For the audit. */
  actor: string
  /** The `sub` of the person whose app it is. */
  owner: string | null
  token: RegistrationToken | null
}

/** A field of what was told, and what is wrong with it in words that follow its name. */
export interface AppFault {
  field: keyof AppTold
  text: string
}

export type RegisteredApp = AppTold & { clientId: string; clientSecret: string }

/**
 * Registers an app as the notes do: of another company, speaking authserver, for the profile of those who agree. Its secret is told here and never again.
 * @returns its faults; or undefined when there is an app of that id, or the token has no use left. Nothing is stored then.
 */
export async function registerApp(
  app: AppTold,
  { clientId, registrant }: { clientId: string; registrant: Registrant },
  deps: Omit<ApplyDeps, 'actor'>,
): Promise<RegisteredApp | { faults: AppFault[] } | undefined> {
  if (deceiving.test(app.clientName))
    return {
      faults: [{ field: 'clientName', text: 'must not have invisible characters, nor such as turn the direction of text' }],
    }
  if (/^(?!https?:)[a-z][\w+.-]*:/i.test(app.redirectUrl))
    return { faults: [{ field: 'redirectUrl', text: 'must be https, or http to this machine: here register websites' }] }
  const { actor, owner, token } = registrant
  const clientSecret = randomUUID()
  const entry = {
    client_id: clientId,
    client_secret: clientSecret,
    client_name: app.clientName,
    description: app.description === '' ? null : app.description,
    redirect_uris: [app.redirectUrl],
    grant_types: ['authorization_code' as const, 'refresh_token' as const],
    token_endpoint_auth_method: 'client_secret_post' as const,
    scope: 'profile user:read',
    dialect: 'authserver' as const,
    owner,
  }
  try {
    await createClient(entry, { ...deps, actor }, token ? [useOf(token)] : [])
    const { clientName, redirectUrl, description } = app
    return { clientId, clientName, clientSecret, description, redirectUrl } // in the order of the notes
  } catch (error) {
    if (error instanceof EntryFaults) return { faults: error.faults.map(faultOf) }
    if (error instanceof NotCreated) return undefined
    throw error
  }
}

/** What makes a name look like another one, or like none, where people are asked to trust it (Unicode TR 36 section 2.5 and 2.10). */
const deceiving = /[\p{Cf}\p{DI}\p{Zl}\p{Zp}\u2800]/u

const fields: Readonly<Record<string, keyof AppTold>> = {
  client_name: 'clientName',
  redirect_uris: 'redirectUrl',
  'redirect_uris[0]': 'redirectUrl',
  description: 'description',
}

function faultOf(line: string): AppFault {
  const [path = '', ...words] = line.split(' ')
  const field = fields[path]
  if (field === undefined) throw new Error(`an app can not be registered: ${line}`)
  return { field, text: words.join(' ') }
}
