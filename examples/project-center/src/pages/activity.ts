import type { FormPage } from '../form-page.ts'
import { namesOf } from '../people.ts'
import type { Activity, Page, Project } from '../records.ts'

/** What happened in a project, the newest first. */
export const activityPage: FormPage = {
  path: '/projects/:id/activity',
  view: 'activity',

  async load(asker) {
    const { apis, ids, query } = asker
    const cursor = query.get('cursor')
    const [project, activity] = await Promise.all([
      apis.projects.get<Project>(`/projects/${ids['id']}`),
      apis.projects.get<Page<Activity>>(`/projects/${ids['id']}/activity${cursor ? `?${new URLSearchParams({ cursor })}` : ''}`),
    ])
    const { items, next } = activity.body
    const person = await namesOf(
      items.flatMap(({ actor, person: other }) => (other === undefined ? [actor] : [actor, other])),
      asker,
    )
    return {
      project: project.body,
      items: items.map(({ actor, person: other, ...done }) => ({
        ...done,
        actor: person(actor),
        ...(other !== undefined && { person: person(other) }),
      })),
      next,
    }
  },

  actions: {},
}
