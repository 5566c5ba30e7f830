import type { Middleware } from 'koa'
import { readRevocations, requireFeedReader } from '../core/revocation-feed.ts'
import type { AuthDeps } from '../deps.ts'
import { askForToken, readBearerHeader } from '../http/bearer.ts'

/** `GET /oauth2/revocations?cursor=…`: what an API must not let pass although it has not expired; for services of the suite. */
export const revocationsEndpoint =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const token = readBearerHeader(ctx)
    if (token === undefined) return askForToken(ctx)
    await requireFeedReader(token, deps)
    const { cursor } = ctx.query
    ctx.body = await readRevocations(Array.isArray(cursor) ? '' : cursor, deps)
  }
