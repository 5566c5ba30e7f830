import { expect } from '@jest/globals'
import type { Surroundings } from '@menshen/shared/http/resource-service'
import { type Call, startResource } from '@menshen/shared/testing/resource-service'
import { loadProjectApiConfig, type ProjectApiConfig } from '../src/config.ts'
import { schema } from '../src/deps.ts'
import type { People } from '../src/people.ts'
import { startProjectApi } from '../src/start.ts'

/** Everybody's user name is their `sub`, but nobody is called nobody. */
const people: People = {
  findByUsername: async (name) =>
    name === 'nobody' ? undefined : { sub: name.toLowerCase(), preferred_username: name.toLowerCase() },
}

export const projectApi = {
  schema,
  load: loadProjectApiConfig,
  start: (config: ProjectApiConfig, surroundings: Surroundings) => startProjectApi(config, { ...surroundings, people }),
}

const scope = 'project:read project:write'

/** project-api, called by people who are named by their `sub`. */
export async function startProjects(databaseUrl?: string) {
  const api = await startResource(projectApi, databaseUrl)
  const as =
    (sub: string) =>
    (method: string, path: string, given: Omit<Call, 'claims'> = {}) =>
      api.call(method, path, { ...given, claims: { scope, sub } })

  /** Creates a project; the first person owns it. */
  async function newProject(owner = 'alice', name = 'a project'): Promise<string> {
    const { status, body } = await as(owner)('POST', '/projects', { body: { name } })
    expect(status).toBe(201)
    return `/projects/${body.id}`
  }
  /** Invites somebody, who accepts. */
  async function join(path: string, sub: string, role: 'editor' | 'viewer', inviter = 'alice'): Promise<void> {
    const { body } = await as(inviter)('POST', `${path}/invitations`, { body: { username: sub, role } })
    expect(await as(sub)('POST', `/invitations/${body.id}/accept`)).toMatchObject({ status: 200, body: { role } })
  }

  /** Adds a task; it is named by the path of its answer. */
  async function newTask(path: string, title = 'a task', more: object = {}): Promise<string> {
    const { status, body } = await as('alice')('POST', `${path}/tasks`, { body: { title, ...more } })
    expect(status).toBe(201)
    return `${path}/tasks/${body.id}`
  }

  /** The titles of the tasks, in their order. */
  async function titlesIn(path: string, query = ''): Promise<string[]> {
    const { body } = await as('alice')('GET', `${path}/tasks?limit=100${query}`)
    return body.items.map(({ title }: { title: string }) => title)
  }

  /** Members and their roles. */
  async function rolesIn(path: string, sub = 'alice'): Promise<Record<string, string>> {
    const { body } = await as(sub)('GET', `${path}/members`)
    return Object.fromEntries(body.items.map((member: { sub: string; role: string }) => [member.sub, member.role]))
  }

  return { ...api, join, newTask, titlesIn, rolesIn, as, alice: as('alice'), bob: as('bob'), carol: as('carol'), newProject }
}

export type ProjectApi = Awaited<ReturnType<typeof startProjects>>

export const ifMatch = (...versions: number[]) => ({ headers: { 'if-match': versions.map((v) => `"${v}"`).join(', ') || '*' } })

/** What a refusal looks like. */
export const refusal = (status: number, slug: string, of: { field?: string; reason?: string } = {}) => ({
  status,
  body: {
    type: `/docs/errors#${slug}`,
    ...(of.field !== undefined && { errors: [{ field: of.field }] }),
    ...(of.reason !== undefined && { reason: of.reason }),
  },
})
export const notFound = refusal(404, 'not-found')

export const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
