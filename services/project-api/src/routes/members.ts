import { noContent, ok } from '@menshen/shared/api/answer'
import { invalidInput } from '@menshen/shared/api/input'
import { defineList } from '@menshen/shared/api/list'
import { type Operation, operation } from '@menshen/shared/api/operation'
import { Problem } from '@menshen/shared/http/problem'
import { z } from 'zod'
import { conflict } from '../conflict.ts'
import type { ProjectApiDeps } from '../deps.ts'
import { inProject, role, subject, time, timeOf } from '../schemas.ts'
import type { Membership } from '../stores/memberships.ts'
import { untilDone } from '../until-done.ts'
import { projectSchema, shownProject } from './projects.ts'

const memberSchema = z.object({ sub: subject, role, joinedAt: time }).meta({ id: 'Member' })

/** Ordered by when they joined, in milliseconds. */
const list = defineList('members', z.int())

const reading = { tag: 'Members', scope: 'project:read' }
const writing = { tag: 'Members', scope: 'project:write' }
const ofMember = inProject.extend({ sub: subject })

const shown = ({ sub, role, createdAt }: Membership) => ({ sub, role, joinedAt: timeOf(createdAt) })

const lastOwner = () => conflict('last-owner', 'a project is never without an owner: hand it over first, or delete it')

/** Who takes part in a project, and as what. */
export function memberOperations({ access, projects, members, clock }: ProjectApiDeps): Operation[] {
  async function projectOf(projectId: string) {
    const project = await projects.find(projectId)
    if (!project) throw new Problem('not-found')
    return project
  }

  async function memberOf(projectId: string, sub: string) {
    const member = await members.find(projectId, sub)
    if (!member) throw new Problem('not-found', { detail: 'nobody of this sub is a member' })
    return member
  }

  return [
    operation({
      method: 'get',
      path: '/projects/:projectId/members',
      id: 'listMembers',
      summary: 'List the members of a project, those first who joined first',
      ...reading,
      params: inProject,
      query: z.strictObject(list.query),
      answer: { status: 200, about: 'A page of members.', schema: list.schema(memberSchema) },
      problems: ['not-found'],
      async handle({ token: { sub }, params: { projectId }, query: { limit, cursor } }) {
        await access('members.read', projectId, sub)
        const { items, next } = await members.page(projectId, { limit, after: cursor })
        return list.page({ items: items.map(shown), next })
      },
    }),
    operation({
      method: 'get',
      path: '/projects/:projectId/members/:sub',
      id: 'readMember',
      summary: 'Read what a member is in a project',
      ...reading,
      params: ofMember,
      answer: { status: 200, about: 'The member.', schema: memberSchema },
      versioned: true,
      problems: ['not-found'],
      async handle({ token, params: { projectId, sub } }) {
        await access('members.read', projectId, token.sub)
        const member = await memberOf(projectId, sub)
        return ok(shown(member), member)
      },
    }),
    operation({
      method: 'patch',
      path: '/projects/:projectId/members/:sub',
      id: 'changeRole',
      summary: 'Change the role of a member',
      ...writing,
      params: ofMember,
      body: z.strictObject({ role }),
      answer: { status: 200, about: 'The member as it is now.', schema: memberSchema },
      versioned: true,
      precondition: 'if-match',
      problems: ['not-found', 'conflict'],
      handle: ({ token, params: { projectId, sub }, body, ifMatch }) =>
        untilDone(async () => {
          const by = await access('members.changeRole', projectId, token.sub)
          const project = await projectOf(projectId)
          const target = await memberOf(projectId, sub)
          ifMatch.require(target.version)
          if (target.role === body.role) return ok(shown(target), target)
          if (await members.isLastOwner(target)) throw lastOwner()
          const changed = await members.changeRole(by, project, target, body.role, clock.now())
          return changed && ok(shown(changed), changed)
        }),
    }),
    operation({
      method: 'delete',
      path: '/projects/:projectId/members/:sub',
      id: 'removeMember',
      summary: 'Remove a member, or leave with your own sub',
      ...writing,
      params: ofMember,
      answer: { status: 204, about: 'That person takes no part in it any more, and has no task of it.' },
      problems: ['not-found', 'conflict'],
      handle: ({ token, params: { projectId, sub } }) =>
        untilDone(async () => {
          const by = await access(sub === token.sub ? 'members.leave' : 'members.remove', projectId, token.sub)
          const project = await projectOf(projectId)
          const target = await memberOf(projectId, sub)
          if (await members.isLastOwner(target)) throw lastOwner()
          return (await members.remove(by, project, target, clock.now())) && noContent()
        }),
    }),
    operation({
      method: 'post',
      path: '/projects/:projectId/hand-over',
      id: 'handOverProject',
      summary: 'Make another member the owner, and yourself an editor, in one step',
      ...writing,
      params: inProject,
      body: z.strictObject({ sub: subject }),
      answer: { status: 200, about: 'The project as you see it now.', schema: projectSchema },
      versioned: true,
      problems: ['not-found', 'conflict'],
      handle: ({ token, params: { projectId }, body }) =>
        untilDone(async () => {
          const owner = await access('project.handOver', projectId, token.sub)
          if (body.sub === token.sub) throw conflict('yourself', 'the project is yours already')
          const project = await projectOf(projectId)
          const to = await members.find(projectId, body.sub)
          if (!to) throw invalidInput([{ field: 'sub', detail: 'is no member of the project' }])
          if (to.role === 'owner') throw conflict('already-owner', 'that member is an owner already')
          const done = await members.handOver(owner, project, to, clock.now())
          return done && ok(shownProject(done, { role: 'editor' }), done)
        }),
    }),
  ]
}
