import Router from '@koa/router'
import { noQuery, requirePerson } from '@menshen/shared/http/resource-service'
import type { UserApiDeps } from '../deps.ts'
import type { Profile } from '../stores/profiles.ts'

/** People, as they describe themselves to the suite. */
export const userRoutes = ({ scope, profiles }: UserApiDeps) =>
  new Router().get('/me', scope('user:read'), requirePerson, noQuery, async (ctx) => {
    ctx.body = representation(await profiles.ofPerson(ctx.state.token.sub))
  })

/** Times as RFC 3339 writes them. */
const representation = ({ createdAt, updatedAt, ...profile }: Profile) => ({
  ...profile,
  createdAt: new Date(createdAt).toISOString(),
  updatedAt: new Date(updatedAt).toISOString(),
})
