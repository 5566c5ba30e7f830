import { expect } from '@jest/globals'
import { type Call, startResource } from '@menshen/shared/testing/resource-service'
import { loadProjectApiConfig } from '../src/config.ts'
import { startProjectApi } from '../src/start.ts'

export const projectApi = { load: loadProjectApiConfig, start: startProjectApi }

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
  return { ...api, as, alice: as('alice'), bob: as('bob'), carol: as('carol'), newProject }
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
