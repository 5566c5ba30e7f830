import Router from '@koa/router'
import { answerPage, pageQuery } from '@menshen/shared/http/paging'
import { parse, requirePerson } from '@menshen/shared/http/resource-service'
import { z } from 'zod'
import type { ProjectApiDeps } from '../deps.ts'
import type { Membership } from '../stores/memberships.ts'

/** Ordered by when the person joined, in milliseconds. */
const query = pageQuery(z.int())

/** The projects that a person takes part in. */
export const projectRoutes = ({ scope, members, config }: ProjectApiDeps) =>
  new Router().get('/', scope('project:read'), requirePerson, async (ctx) => {
    const { limit, cursor } = parse(query, ctx.query)
    const { items, next } = await members.page(ctx.state.token.sub, { limit, after: cursor })
    answerPage(ctx, { items: items.map(representation), next }, { url: `${config.resource}/projects`, limit })
  })

/** A project as one of its members sees it, times as RFC 3339 writes them. */
const representation = ({ role, project: { createdAt, updatedAt, ...project } }: Membership) => ({
  ...project,
  role,
  createdAt: new Date(createdAt).toISOString(),
  updatedAt: new Date(updatedAt).toISOString(),
})
