import type { Params } from '../../core/params.ts'
import { coreScope, translate, type Words } from '../translate.ts'

/** What the scopes of this server ask of the core. */
export const authserverScopes = { snsapi_login: 'profile user:read', user_info: 'profile user:read' }

/** An authorization request: commas between scopes. */
export const authserverRequest: Words = { values: { scope: coreScope(authserverScopes) } }

/** A token request; the notes send `redirect_uri` without its name, and their table calls `grant_type` `response_type`. */
export const authserverTokenRequest = (params: Params): Params =>
  translate(params, {
    names: {
      ...(params.get('redirect_uri') === undefined && { '': 'redirect_uri' }),
      ...(params.get('grant_type') === undefined && { response_type: 'grant_type' }),
    },
    values: { scope: coreScope(authserverScopes) },
  })

/** A granted scope as this server tells it. */
export function toldScope(scope: string): string {
  const known = authserverScopes.user_info.split(' ')
  return [...new Set(scope.split(' ').map((name) => (known.includes(name) ? 'user_info' : name)))].join(',')
}
