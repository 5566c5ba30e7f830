import { requireGrant } from './grant.ts'
import type { Params } from './params.ts'
import { narrowedResources, type Target, targetOf } from './resource.ts'
import { narrowedScope, registeredScope } from './scope.ts'
import type { IssuanceDeps } from './token-issuance.ts'
import type { Client, Grant } from './types.ts'

export interface Asking {
  client: Client
  params: Params
  /** Whether this grant type may ask for less scope than was granted (RFC 6749 section 6). */
  scope: boolean
}

/**
 * What a token request gets out of a Grant: as much as it asks for (RFC 6749 section 6, RFC 8707 section 2.2), and no scope that was taken from
 * the client since. @throws OAuthError invalid_scope or invalid_target when that is too much, or nothing.
 */
export async function entitlement(
  { client, params, scope: mayNarrow }: Asking,
  grant: Grant,
  deps: IssuanceDeps,
): Promise<Target> {
  const apis = await deps.apis.all()
  const granted = registeredScope(grant.scope, client, apis)
  const scope = mayNarrow ? narrowedScope(params.get('scope'), granted) : granted
  const resource = narrowedResources(params.all('resource'), grant.resource, apis)
  return targetOf({ scope, resource }, apis, deps.config.issuer)
}

/** A request that asks for too much must not use its code or token up: whoever found one asks here first, when the request asks for anything. */
export async function refuseTooMuch(
  asking: Asking,
  find: () => Promise<{ grant_id: string } | undefined>,
  deps: IssuanceDeps,
): Promise<void> {
  const { params } = asking
  if (params.all('resource').length === 0 && (!asking.scope || params.get('scope') === undefined)) return
  const found = await find()
  if (found) await entitlement(asking, await requireGrant(found.grant_id, deps), deps)
}
