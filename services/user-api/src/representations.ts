import type { z } from 'zod'
import { openPart, partOf } from './claims.ts'
import type { ownProfile, person } from './schemas.ts'
import type { Profile } from './stores/profile.ts'

/** A profile as its person sees it, through a token with these scopes; times as RFC 3339 writes them. */
export const toOwner = (profile: Profile, scope: readonly string[]): z.output<typeof ownProfile> => ({
  ...accountOf(profile),
  ...partOf(profile.claims, scope),
  ...writtenOf(profile),
  visibility: profile.visibility,
  createdAt: new Date(profile.createdAt).toISOString(),
  updatedAt: new Date(profile.updatedAt).toISOString(),
})

/** A profile as those see it whom it is shown to. */
export const toOthers = (profile: Profile): z.output<typeof person> => ({
  ...accountOf(profile),
  ...openPart(profile.claims),
  ...nameOf(profile),
  ...writtenOf(profile),
  visibility: profile.visibility,
})

/** A person as the suite's own servers find them: all that is shown, of a private profile only who it is. */
export const toSuite = (profile: Profile): z.output<typeof person> =>
  profile.visibility === 'private'
    ? { ...accountOf(profile), ...nameOf(profile), ...pictureOf(profile), visibility: 'private' }
    : toOthers(profile)

const accountOf = ({ sub, preferred_username }: Profile) => ({ sub, ...(preferred_username !== null && { preferred_username }) })

function nameOf({ claims, preferred_username }: Profile) {
  const name = claims.name ?? preferred_username
  return name === null ? {} : { name }
}

const pictureOf = ({ claims: { picture } }: Profile) => (picture === undefined ? {} : { picture })

const writtenOf = ({ headline, bio, skills, links }: Profile) => ({ headline, bio, skills, links })
