import Router from '@koa/router'
import { noQuery, requirePerson } from '@menshen/shared/http/resource-service'
import type { OpenApiDeps } from '../deps.ts'
import { summaryOf } from '../summary.ts'

/** A person's learning, for sites that the person allowed to see it. */
export const learningRoutes = ({ scope, records, clock }: OpenApiDeps) =>
  new Router().get('/summary', scope('learning:read'), requirePerson, noQuery, async (ctx) => {
    ctx.body = summaryOf(await records.ofPerson(ctx.state.token.sub), clock.now())
  })
