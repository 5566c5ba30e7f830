import { created, noContent, ok } from '@menshen/shared/api/answer'
import { defineList } from '@menshen/shared/api/list'
import { type Operation, operation } from '@menshen/shared/api/operation'
import { Problem } from '@menshen/shared/http/problem'
import { newId } from '@menshen/shared/ids'
import { z } from 'zod'
import type { ProjectApiDeps } from '../deps.ts'
import type { Action } from '../permissions.ts'
import { given, inProject, line, projectId, role, state, text, time, timeOf } from '../schemas.ts'
import type { Membership } from '../stores/memberships.ts'
import type { Project } from '../stores/projects.ts'
import { untilDone } from '../until-done.ts'

export const projectSchema = z
  .object({
    id: projectId,
    name: z.string(),
    description: z.string(),
    state,
    role: role.meta({ description: 'What the caller is in it.' }),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Project' })

const name = line(120).meta({ examples: ['Website redesign'] })
const description = text(5000)
const newProject = z.strictObject({ name, description: description.default('') })
const projectChange = z.strictObject({ name, description }).partial()

/** Ordered by when the person joined, in milliseconds. */
const list = defineList('projects', z.int())

const reading = { tag: 'Projects', scope: 'project:read' }
const writing = { tag: 'Projects', scope: 'project:write' }
const onProject = { params: inProject, versioned: true } as const
const theProject = (about: string) => ({ status: 200, about, schema: projectSchema }) as const

/** A project as one of its members sees it. */
export const shownProject = ({ version: _, createdAt, updatedAt, ...project }: Project, { role }: Pick<Membership, 'role'>) => ({
  ...project,
  role,
  createdAt: timeOf(createdAt),
  updatedAt: timeOf(updatedAt),
})

/** Projects, and what is done to one as a whole. */
export function projectOperations({ access, requireAccount, projects, deletions, clock }: ProjectApiDeps): Operation[] {
  /** The project, and the caller's part in it. */
  async function read(action: Action, projectId: string, sub: string) {
    const member = await access(action, projectId, sub)
    const project = await projects.find(projectId)
    if (!project) throw new Problem('not-found')
    return { member, project }
  }

  const setState = (to: Project['state'], action: 'project.archive' | 'project.restore') => (projectId: string, sub: string) =>
    untilDone(async () => {
      const { member, project } = await read(action, projectId, sub)
      if (project.state === to) return ok(shownProject(project, member), project)
      const changed = await projects.setState(member, project, to, clock.now())
      return changed && ok(shownProject(changed, member), changed)
    })
  const archive = setState('archived', 'project.archive')
  const restore = setState('active', 'project.restore')

  return [
    operation({
      method: 'get',
      path: '/projects',
      id: 'listProjects',
      summary: 'List the projects you take part in, the newest first',
      ...reading,
      query: z.strictObject({ ...list.query, state: state.optional(), role: role.optional() }),
      answer: { status: 200, about: 'A page of projects.', schema: list.schema(projectSchema) },
      async handle({ token: { sub }, query: { limit, cursor, ...filter } }) {
        const { items, next } = await projects.page(sub, filter, { limit, after: cursor })
        return list.page({ items: items.map(({ project, member }) => shownProject(project, member)), next })
      },
    }),
    operation({
      method: 'post',
      path: '/projects',
      id: 'createProject',
      summary: 'Create a project, and own it',
      ...writing,
      body: newProject,
      answer: { status: 201, about: 'The project.', schema: projectSchema },
      versioned: true,
      idempotent: true,
      async handle({ token: { sub }, body, once }) {
        await requireAccount(sub) // before, too: behind the answer that a key keeps a refusal would come too late
        const now = clock.now()
        const project: Project = {
          id: newId('prj'),
          ...body,
          state: 'active',
          createdAt: now,
          updatedAt: now,
          version: 1,
        }
        const answer = created(`/projects/${project.id}`, shownProject(project, { role: 'owner' }), project)
        await projects.found(project, [{ sub, role: 'owner' }], once(answer))
        await requireAccount(sub)
        return answer
      },
    }),
    operation({
      method: 'get',
      path: '/projects/:projectId',
      id: 'readProject',
      summary: 'Read a project',
      ...reading,
      ...onProject,
      answer: theProject('The project.'),
      problems: ['not-found'],
      async handle({ token: { sub }, params: { projectId } }) {
        const { member, project } = await read('project.read', projectId, sub)
        return ok(shownProject(project, member), project)
      },
    }),
    operation({
      method: 'patch',
      path: '/projects/:projectId',
      id: 'changeProject',
      summary: 'Change the name or the description of a project',
      ...writing,
      ...onProject,
      body: projectChange,
      answer: theProject('The project as it is now.'),
      precondition: 'if-match',
      problems: ['not-found', 'conflict'],
      handle: ({ token: { sub }, params: { projectId }, body, ifMatch }) =>
        untilDone(async () => {
          const { member, project } = await read('project.change', projectId, sub)
          const version = ifMatch.require(project.version)
          const changed = await projects.change(member, version, given(body), clock.now())
          return changed && ok(shownProject(changed, member), changed)
        }),
    }),
    operation({
      method: 'post',
      path: '/projects/:projectId/archive',
      id: 'archiveProject',
      summary: 'Archive a project: it can be read, and not be worked on',
      ...writing,
      ...onProject,
      answer: theProject('The project as it is now; also when it was archived before.'),
      problems: ['not-found'],
      handle: ({ token: { sub }, params: { projectId } }) => archive(projectId, sub),
    }),
    operation({
      method: 'post',
      path: '/projects/:projectId/restore',
      id: 'restoreProject',
      summary: 'Take a project back from the archive',
      ...writing,
      ...onProject,
      answer: theProject('The project as it is now; also when it was active before.'),
      problems: ['not-found'],
      handle: ({ token: { sub }, params: { projectId } }) => restore(projectId, sub),
    }),
    operation({
      method: 'delete',
      path: '/projects/:projectId',
      id: 'deleteProject',
      summary: 'Delete a project with all that is in it',
      ...writing,
      params: inProject,
      answer: { status: 204, about: 'It is gone.' },
      problems: ['not-found'],
      handle: ({ token: { sub }, params: { projectId } }) =>
        untilDone(async () => {
          const { member, project } = await read('project.delete', projectId, sub)
          return (await deletions.remove(project, member, clock.now())) && noContent()
        }),
    }),
  ]
}
