import Router from '@koa/router'
import { parse } from '@menshen/shared/http/resource-service'
import type { ProjectApiDeps } from '../deps.ts'
import { cursorOf, projectQuery } from '../schemas.ts'
import type { Membership } from '../stores/memberships.ts'

/** The projects that a person takes part in. */
export const projectRoutes = ({ scope, members, config }: ProjectApiDeps) =>
  new Router().get('/', scope('project:read'), async (ctx) => {
    const { limit, cursor } = parse(projectQuery, ctx.query)
    const { items, next } = await members.page(ctx.state.token.sub, { limit, after: cursor })
    ctx.body = { items: items.map(representation), ...(next && { next: cursorOf(next) }) }
    if (next) ctx.set('link', `<${config.resource}/projects?limit=${limit}&cursor=${cursorOf(next)}>; rel="next"`) // RFC 8288 section 3
  })

/** A project as one of its members sees it, times as RFC 3339 writes them. */
const representation = ({ role, project: { createdAt, updatedAt, ...project } }: Membership) => ({
  ...project,
  role,
  createdAt: new Date(createdAt).toISOString(),
  updatedAt: new Date(updatedAt).toISOString(),
})
