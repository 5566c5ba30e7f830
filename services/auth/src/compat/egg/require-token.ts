import type { Context } from 'koa'
import { verifyAccessToken } from '../../core/access-token.ts'
import { standingClient } from '../../core/client.ts'
import { OAuthError } from '../../core/errors.ts'
import { standingGrant } from '../../core/grant.ts'
import { registeredScope } from '../../core/scope.ts'
import type { Client, User } from '../../core/types.ts'
import type { AuthDeps } from '../../deps.ts'
import { readBearerToken } from '../../http/bearer.ts'

/** Whom a token speaks for. */
export interface TokenHolder {
  client: Client
  /** Undefined for a client that acts for itself. */
  person: User | undefined
  /** What the client may still have of what was granted. */
  scope: string
}

/**
 * Who holds the token of this request, if it has one: in the header, or in the form of a POST. @throws OAuthError invalid_token when it is none of a client
 * that `deps.clients` knows, or what it rests on no longer stands.
 */
export async function readTokenHolder(ctx: Context, deps: AuthDeps): Promise<TokenHolder | undefined> {
  if (ctx.query['access_token'] !== undefined)
    throw new OAuthError('invalid_request', 'the token must not stand in the address, which is kept in logs')
  const token = await readBearerToken(ctx)
  return token === undefined ? undefined : holderOf(token, deps)
}

async function holderOf(token: string, deps: AuthDeps): Promise<TokenHolder> {
  const claims = await verifyAccessToken(token, deps)
  const client = claims && (await standingClient(claims.client_id, deps))
  if (!claims || !client) throw new OAuthError('invalid_token', 'the token is malformed, expired or not one that is taken here')
  const person = claims.grant_id === undefined ? undefined : await grantor(claims.grant_id, deps)
  const stands = claims.grant_id === undefined ? !(await deps.revokedTokens.has(claims.jti)) : person !== undefined
  if (!stands) throw new OAuthError('invalid_token', 'the authorization was withdrawn', { detail: { grant_id: claims.grant_id } })
  return { client, person, scope: registeredScope(claims.scope, client, await deps.apis.all()) }
}

/** The person behind a Grant, while both stand. */
async function grantor(grant_id: string, deps: AuthDeps): Promise<User | undefined> {
  const grant = await standingGrant(grant_id, deps)
  const user = grant && (await deps.users.find(grant.sub))
  return user?.disabledAt === null ? user : undefined
}
