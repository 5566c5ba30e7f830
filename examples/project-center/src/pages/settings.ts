import type { FormPage } from '../form-page.ts'
import type { Project } from '../records.ts'

/** What is done to a project as a whole. */
export const settingsPage: FormPage = {
  path: '/projects/:id/settings',
  view: 'settings',

  async load({ apis, ids }) {
    const { body, etag } = await apis.projects.get<Project>(`/projects/${ids['id']}`)
    return { project: body, etag }
  },

  actions: {
    async change({ apis, ids }, form) {
      const body = { name: form.get('name') ?? '', description: form.get('description') ?? '' }
      await apis.projects.send('PATCH', `/projects/${ids['id']}`, { body, etag: form.get('etag') ?? '' })
      return `/projects/${ids['id']}`
    },
    async archive({ apis, ids }) {
      await apis.projects.send('POST', `/projects/${ids['id']}/archive`)
      return `/projects/${ids['id']}`
    },
    async restore({ apis, ids }) {
      await apis.projects.send('POST', `/projects/${ids['id']}/restore`)
      return `/projects/${ids['id']}`
    },
    async delete({ apis, ids }) {
      await apis.projects.send('DELETE', `/projects/${ids['id']}`)
      return '/projects'
    },
  },
}
