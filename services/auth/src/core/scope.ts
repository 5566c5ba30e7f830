import { OAuthError } from './errors.ts'
import type { Api, Client } from './types.ts'

/** The scopes of OpenID Connect Core sections 5.4 and 11. */
export const openidScopes = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'] as const

/** For services of the suite: what was revoked. */
export const revocationScope = 'revocation:read'

/** The scopes that are auth's own; all others are those of registered APIs. */
export const ownScopes: readonly string[] = [...openidScopes, revocationScope]

/** The scopes in a scope value (RFC 6749 section 3.3). @throws OAuthError invalid_scope when it is malformed. */
function parseScope(value: string): string[] {
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(value))
    throw new OAuthError('invalid_scope', 'the scope is malformed')
  return [...new Set(value.split(' '))]
}

/** A scope value as stored by us: well formed or empty. */
export const scopesOf = (scope: string): string[] => (scope === '' ? [] : scope.split(' '))

/**
 * What a client gets of what it asked for (RFC 6749 section 3.3): unknown and unregistered scopes are dropped; asking for none means the
 * registered ones, except those that must be asked for. @throws OAuthError invalid_scope when none is left.
 */
export function grantableScope(requested: string | undefined, client: Client, apis: readonly Api[]): string {
  const registered = scopesOf(client.scope).filter((scope) => isOpenTo(client, scope, apis))
  const asked = requested === undefined ? registered.filter((scope) => !mustBeAskedFor.has(scope)) : parseScope(requested)
  const granted = asked.filter((scope) => registered.includes(scope))
  if (granted.length === 0) throw new OAuthError('invalid_scope', 'none of the scopes asked for may be given to this client')
  return granted.join(' ')
}

const mustBeAskedFor = new Set(['openid', 'offline_access'])

/** Whether the scope is known, and not kept for clients of another kind. */
function isOpenTo({ first_party }: Client, scope: string, apis: readonly Api[]): boolean {
  if ((openidScopes as readonly string[]).includes(scope)) return true
  if (scope === revocationScope) return first_party
  for (const { scopes } of apis) {
    const known = scopes.find(({ name }) => name === scope)
    if (known) return first_party || known.first_party !== true
  }
  return false
}

/** The part of a granted scope that a later request asks for; all of it when it asks for none (RFC 6749 section 6). */
export function narrowedScope(requested: string | undefined, granted: string): string {
  if (requested === undefined) return granted
  const allowed = scopesOf(granted)
  const asked = parseScope(requested)
  if (!asked.every((scope) => allowed.includes(scope)))
    throw new OAuthError('invalid_scope', 'the scope is wider than what was granted')
  return asked.join(' ')
}

/** The part of a granted scope that the client may still have. */
export function registeredScope(granted: string, client: Client, apis: readonly Api[]): string {
  const registered = scopesOf(client.scope)
  return scopesOf(granted)
    .filter((scope) => registered.includes(scope) && isOpenTo(client, scope, apis))
    .join(' ')
}

/** Whether every scope of `wanted` stands in `scope`. */
export const includesScope = (scope: string, wanted: string): boolean => {
  const known = scopesOf(scope)
  return scopesOf(wanted).every((name) => known.includes(name))
}
