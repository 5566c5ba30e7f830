import type { Middleware } from 'koa'
import type { AuthDeps } from '../deps.ts'

/** `GET /oauth2/jwks`: the public keys (RFC 7517 section 5). */
export const jwksEndpoint =
  ({ signing }: AuthDeps): Middleware =>
  (ctx) => {
    ctx.set('cache-control', 'public, max-age=300')
    ctx.body = signing.jwks()
    ctx.type = 'application/jwk-set+json'
  }
