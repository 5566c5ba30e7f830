import type { Deps } from '../deps.ts'
import { read } from '../session.ts'

/** Says who is signed in. */
export async function whoami(deps: Deps): Promise<void> {
  const { issuer, userApiUrl } = deps.options
  const { name, preferred_username } = await read(`${userApiUrl}/users/me`, deps)
  const who = name === preferred_username || !preferred_username ? `${name}` : `${name} (${preferred_username})`
  deps.print(`You are ${who}, signed in at ${issuer}.`)
}
