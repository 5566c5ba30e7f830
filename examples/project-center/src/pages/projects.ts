import type { FormPage } from '../form-page.ts'
import type { Page, Project, ReceivedInvitation } from '../records.ts'

/** The person's projects, and what they are invited to. */
export const projectsPage: FormPage = {
  path: '/projects',
  view: 'projects',

  async load({ apis, query }) {
    const state = query.get('state') === 'archived' ? 'archived' : 'active'
    const cursor = query.get('cursor')
    const asked = new URLSearchParams({ state, ...(cursor && { cursor }) })
    const [projects, invitations] = await Promise.all([
      apis.projects.get<Page<Project>>(`/projects?${asked}`),
      apis.projects.get<Page<ReceivedInvitation>>('/invitations'),
    ])
    return { state, projects: projects.body, invitations: invitations.body.items }
  },

  actions: {
    async create({ apis }, form) {
      const body = { name: form.get('name') ?? '', description: form.get('description') ?? '' }
      const made = await apis.projects.send<Project>('POST', '/projects', { body, key: form.get('key') ?? '' })
      return `/projects/${made.body.id}`
    },
    async accept({ apis }, form) {
      const joined = await apis.projects.send<Project>('POST', `/invitations/${encodeURIComponent(form.get('id') ?? '')}/accept`)
      return `/projects/${joined.body.id}`
    },
    async decline({ apis }, form) {
      await apis.projects.send('POST', `/invitations/${encodeURIComponent(form.get('id') ?? '')}/decline`)
      return '/projects'
    },
  },
}
