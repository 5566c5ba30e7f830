import { scopesOf } from './scope.ts'
import type { Client, User } from './types.ts'

/** The standard claims that each scope gives (OpenID Connect Core section 5.4). */
export const scopeClaims: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
}

/** All that can be told of a person (OpenID Connect Core section 5.1). */
export const standardClaims: readonly string[] = Object.values(scopeClaims).flat()

/** The names of the claims that a scope value gives. */
export const claimsOfScope = (scope: string): string[] =>
  scopesOf(scope).flatMap((name) => (Object.hasOwn(scopeClaims, name) ? (scopeClaims[name] ?? []) : []))

/**
 * The claims of a person that were asked for by name, where they have a value that will do (OpenID Connect Core section 5.5.1), as far as the client
 * is still registered for a scope of theirs.
 */
export function requestedOf(user: User, requested: Record<string, string[]>, client: Client): Record<string, unknown> {
  const may = claimsOfScope(client.scope)
  const willDo = ([name, value]: [string, unknown]) => {
    const values = requested[name] ?? []
    return may.includes(name) && (values.length === 0 || values.includes(JSON.stringify(value)))
  }
  return Object.fromEntries(Object.entries(claimsOf(user, Object.keys(requested))).filter(willDo))
}

/** These claims of a person; what is not known is left out, never null (OpenID Connect Core section 5.3.2). */
export function claimsOf(user: User, names: Iterable<string>): Record<string, unknown> {
  const told: Record<string, unknown> = {}
  for (const name of names) {
    const value = claimOf(user, name)
    if (value !== undefined && value !== null && value !== '') told[name] = value
  }
  return told
}

function claimOf({ preferred_username, claims, updatedAt }: User, name: string): unknown {
  if (name === 'preferred_username') return preferred_username
  if (Object.hasOwn(claims, name)) return claims[name]
  if (name === 'updated_at') return updatedAt === undefined ? undefined : Math.floor(updatedAt / 1000)
  return isUnverified(claims, name) ? false : undefined
}

/** An e-mail address or phone number that nobody verified is said to be so. */
const isUnverified = (claims: User['claims'], name: string) =>
  (name === 'email_verified' && 'email' in claims) || (name === 'phone_number_verified' && 'phone_number' in claims)
