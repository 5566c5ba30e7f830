import { OAuthError } from './errors.ts'
import { revocationScope, scopesOf } from './scope.ts'
import type { Api } from './types.ts'

/** Proves that each resource asked for is registered (RFC 8707 section 2). */
export function requireResources(resources: readonly string[], apis: readonly Api[]): string[] {
  const unknown = resources.find((resource) => !apis.some((api) => api.resource === resource))
  if (unknown !== undefined)
    throw new OAuthError('invalid_target', 'no such resource is registered', { detail: { resource: unknown } })
  return [...new Set(resources)]
}

/** The part of the granted resources that a token request asks for; all of them when it asks for none (RFC 8707 section 2.2). */
export function narrowedResources(requested: readonly string[], granted: readonly string[], apis: readonly Api[]): string[] {
  const asked = requireResources(requested, apis)
  if (asked.length === 0) return [...granted]
  if (granted.length > 0 && !asked.every((resource) => granted.includes(resource))) {
    throw new OAuthError('invalid_target', 'the resource was not part of the authorization')
  }
  return asked
}

/** For whom an access token is, and with which scope. */
export interface Target {
  /** The audience: the resources, and the issuer where userinfo or the revocation feed may be asked. */
  aud: string[]
  scope: string
  apis: Api[]
}

/**
 * The audience of a token: the APIs that own its scopes, or the resources asked for, to which the scope is then narrowed
 * (RFC 8707 section 2.2). Several at once are a deliberate step from RFC 9068 section 3.
 * @throws OAuthError invalid_scope when the resources own none of the scopes: a token that none of them takes would surprise.
 */
export function targetOf(
  { scope, resource }: { scope: string; resource: readonly string[] },
  apis: readonly Api[],
  issuer: string,
): Target {
  const scopes = scopesOf(scope)
  const owners = (name: string) => apis.filter((api) => api.scopes.some((owned) => owned.name === name))
  const wanted = (api: Api) => resource.length === 0 || resource.includes(api.resource)
  const targets = apis.filter((api) => wanted(api) && scopes.some((name) => owners(name).includes(api)))
  const kept = scopes.filter((name) => owners(name).length === 0 || owners(name).some(wanted))

  if (kept.length === 0 || (resource.length > 0 && targets.length === 0))
    throw new OAuthError('invalid_scope', 'none of the scopes belongs to the resource asked for')

  const aud = targets.map((api) => api.resource)
  if (kept.includes('openid') || kept.includes(revocationScope) || aud.length === 0) aud.push(issuer)
  return { aud, scope: kept.join(' '), apis: targets }
}
