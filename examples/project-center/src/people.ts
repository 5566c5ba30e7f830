import { Failure } from '@menshen/login'
import type { Asker } from './form-page.ts'

/** A person as the pages show them. */
export interface ShownPerson {
  sub: string
  name: string
  isYou: boolean
}

/** The names of these people; of whom nothing is told, the beginning of their subject. */
export async function namesOf(subs: readonly string[], asker: Asker): Promise<(sub: string) => ShownPerson> {
  const found = await Promise.all([...new Set(subs)].map(async (sub) => [sub, await nameOf(sub, asker)] as const))
  const names = new Map(found)
  return (sub) => ({ sub, name: names.get(sub) ?? sub.slice(0, 8), isYou: sub === asker.person.sub })
}

interface Profile {
  name?: string
  preferred_username?: string
}

/** A page without a name is better than none. */
async function nameOf(sub: string, { apis, person }: Asker): Promise<string | undefined> {
  if (sub === person.sub) return person.name
  try {
    const { name, preferred_username } = (await apis.users.get<Profile>(`/users/${encodeURIComponent(sub)}`)).body
    return name ?? preferred_username
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}
