import Router from '@koa/router'
import { answerPage, pageQuery } from '@menshen/shared/http/paging'
import { noQuery, parse, requirePerson } from '@menshen/shared/http/resource-service'
import { z } from 'zod'
import type { UserApiDeps } from '../deps.ts'
import type { Profile } from '../stores/profiles.ts'

/** Ordered by `sub`. */
const query = pageQuery(z.string())

/** People, as they describe themselves to the suite. */
export const userRoutes = ({ scope, profiles, config }: UserApiDeps) =>
  new Router()
    .get('/', scope('user:list'), async (ctx) => {
      const { limit, cursor } = parse(query, ctx.query)
      const { items, next } = await profiles.publicPage({ limit, after: cursor })
      answerPage(ctx, { items: items.map(representation), next }, { url: `${config.resource}/users`, limit })
    })
    .get('/me', scope('user:read'), requirePerson, noQuery, async (ctx) => {
      ctx.body = representation(await profiles.ofPerson(ctx.state.token.sub))
    })

/** Times as RFC 3339 writes them. */
const representation = ({ createdAt, updatedAt, ...profile }: Profile) => ({
  ...profile,
  createdAt: new Date(createdAt).toISOString(),
  updatedAt: new Date(updatedAt).toISOString(),
})
