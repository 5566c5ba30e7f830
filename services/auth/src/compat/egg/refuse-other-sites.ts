import type { Context } from 'koa'
import { OAuthError } from '../../core/errors.ts'
import type { AuthDeps } from '../../deps.ts'

/**
 * Refuses what a page of another site makes a browser send (RFC 6454 section 7, Fetch Metadata Request Headers section 2.3): these routes have no form of ours
 * that a token could come from. What is no browser sends neither header, and nobody's cookies.
 */
export function refuseOtherSites({ req: { headers } }: Context, { config }: Pick<AuthDeps, 'config'>): void {
  const { origin, 'sec-fetch-site': site } = headers
  const isOwn = (origin ?? ownOrigin(config)) === ownOrigin(config) && (site ?? 'same-origin') === 'same-origin'
  if (!isOwn) throw new OAuthError('access_denied', 'this request comes from another site', { status: 403 })
}

const ownOrigin = ({ issuer }: AuthDeps['config']) => new URL(issuer).origin
