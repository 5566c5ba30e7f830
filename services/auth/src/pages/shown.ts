import type { AuthorizationRequest } from '../core/authorization-request.ts'
import type { AuthDeps } from '../deps.ts'

/** What a page shows of the app that asks. */
export const shownClient = ({ client, redirect_uri }: AuthorizationRequest) => ({
  name: client.client_name,
  uri: client.client_uri,
  first_party: client.first_party,
  host: new URL(redirect_uri).host,
})

/** What a page shows of a person. */
export async function shownPerson(sub: string, { users }: Pick<AuthDeps, 'users'>): Promise<ShownPerson> {
  const user = await users.find(sub)
  const username = user?.preferred_username ?? ''
  const { name } = user?.claims ?? {}
  const shown = typeof name === 'string' && name !== '' ? name : username
  return { name: shown, username, initial: [...shown][0]?.toUpperCase() ?? '' }
}

export interface ShownPerson {
  name: string
  username: string
  /** Stands where a picture would. */
  initial: string
}
