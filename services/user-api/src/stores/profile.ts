import { distinct, folded } from './folding.ts'

/**
 * Who sees a profile besides its person. `public`: everybody who may call, servers of partners included; `suite`: people who are signed in, and the
 * suite's own servers; `private`: nobody.
 */
export const visibilities = ['public', 'suite', 'private'] as const

/** The standard claims of an account that are mirrored, besides its user name (OpenID Connect Core section 5.1). */
export interface Claims {
  name?: string
  given_name?: string
  family_name?: string
  middle_name?: string
  nickname?: string
  profile?: string
  picture?: string
  website?: string
  gender?: string
  birthdate?: string
  zoneinfo?: string
  locale?: string
  email?: string
  email_verified?: boolean
  phone_number?: string
  phone_number_verified?: boolean
  address?: Record<string, string>
}

/** What a person writes about themselves. */
export interface OwnFields {
  headline: string
  bio: string
  skills: string[]
  links: string[]
  visibility: (typeof visibilities)[number]
}

/** What the suite knows of a person: what auth told of the account, and what the person wrote here. */
export interface Profile extends OwnFields {
  sub: string
  /** Counts the changes of either. */
  version: number
  /** Null until auth told of the account. */
  preferred_username: string | null
  claims: Claims
  /** The user name folded, to be found by. */
  username: string | null
  /** The version of the account that name and claims are of; 0: none came yet. */
  accountVersion: number
  /** Set: neither lists nor reads show the profile. What is deleted stays so, and holds nothing of the person. */
  hidden: 'disabled' | 'deleted' | null
  /** The version of the account that disabled or enabled it; counted apart, as one event of the account says nothing about what the other kind tells. */
  hiddenVersion: number
  createdAt: number
  updatedAt: number
  /** When the person last wrote here; null: never. */
  writtenAt: number | null
}

/** Nothing is shown to others unasked. */
export const blank: OwnFields = { headline: '', bio: '', skills: [], links: [], visibility: 'private' }

/** A profile before auth told of the account and its person wrote anything. */
export const emptyProfile = (now: number): Omit<Profile, 'sub'> => ({
  ...blank,
  version: 1,
  preferred_username: null,
  claims: {},
  username: null,
  accountVersion: 0,
  hidden: null,
  hiddenVersion: 0,
  createdAt: now,
  updatedAt: now,
  writtenAt: null,
})

/** The skills that a profile is found by, folded: those of a profile that is shown to somebody. */
export const foundBy = ({ hidden, visibility, skills }: Profile): string[] =>
  hidden || visibility === 'private' ? [] : distinct(skills).map(folded)
