import { ok } from '@menshen/shared/api/answer'
import { type Operation, operation } from '@menshen/shared/api/operation'
import { stale } from '@menshen/shared/api/precondition'
import { Problem } from '@menshen/shared/http/problem'
import type { z } from 'zod'
import type { UserApiDeps } from '../deps.ts'
import { toOwner } from '../representations.ts'
import { ownProfile, profileChange } from '../schemas.ts'
import { blank, type OwnFields, type Profile } from '../stores/profile.ts'

/** A person's own profile. */
export function ownProfileOperations({ profiles }: Pick<UserApiDeps, 'profiles'>): Operation[] {
  async function profileOf(sub: string): Promise<Profile> {
    const profile = await profiles.ofPerson(sub)
    if (profile.hidden) throw new Problem('forbidden', { detail: `the account is ${profile.hidden}` })
    return profile
  }

  return [
    operation({
      method: 'get',
      path: '/users/me',
      id: 'readOwnProfile',
      summary: 'Read your profile',
      description:
        'The profile of the person whose token it is; the first call makes an empty, private one where none came from auth yet.',
      tag: 'Your profile',
      scope: 'user:read',
      answer: { status: 200, about: 'The profile.', schema: ownProfile },
      versioned: true,
      async handle({ token: { sub, scope } }) {
        const profile = await profileOf(sub)
        return ok(toOwner(profile, scope), profile)
      },
    }),

    operation({
      method: 'patch',
      path: '/users/me',
      id: 'changeOwnProfile',
      summary: 'Change your profile',
      description:
        'A JSON merge patch (RFC 7396). What belongs to the account, such as `name` and `picture`, is refused by name: it is changed at auth.',
      tag: 'Your profile',
      scope: 'user:write',
      body: profileChange,
      answer: { status: 200, about: 'The profile as it is now.', schema: ownProfile },
      versioned: true,
      precondition: 'if-match',
      async handle({ token: { sub, scope }, body, ifMatch }) {
        const profile = await profileOf(sub)
        ifMatch.require(profile.version)
        const own = fieldsIn(body)
        const changed = Object.keys(own).length === 0 ? profile : await profiles.write(profile, own)
        if (!changed) throw stale()
        return ok(toOwner(changed, scope), changed)
      },
    }),
  ]
}

/** What a merge patch sets: null empties. */
const fieldsIn = (patch: z.output<typeof profileChange>): Partial<OwnFields> =>
  Object.fromEntries(
    Object.entries(patch)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value ?? blank[name as keyof OwnFields]]),
  )
