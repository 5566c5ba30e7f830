import type { FormPage } from '../form-page.ts'
import { namesOf } from '../people.ts'
import { type Member, type Page, type Project, type Task, taskStates } from '../records.ts'

/** A project: its tasks, by how far they are. */
export const projectPage: FormPage = {
  path: '/projects/:id',
  view: 'project',

  async load(asker) {
    const { apis, ids } = asker
    const path = `/projects/${ids['id']}`
    const [project, members, ...columns] = await Promise.all([
      apis.projects.get<Project>(path),
      apis.projects.get<Page<Member>>(`${path}/members?limit=100`),
      ...taskStates.map((state) => apis.projects.get<Page<Task>>(`${path}/tasks?state=${state}&limit=100`)),
    ])
    const subs = members.body.items.map(({ sub }) => sub)
    const person = await namesOf(subs, asker)
    const shown = ({ assignee, ...task }: Task) => ({ ...task, assignee: assignee === null ? undefined : person(assignee) })
    return {
      project: project.body,
      members: subs.map(person),
      columns: taskStates.map((state, i) => ({ state, tasks: columns[i]?.body.items.map(shown), more: columns[i]?.body.next })),
    }
  },

  actions: {
    async tasks({ apis, ids }, form) {
      const body = {
        title: form.get('title') ?? '',
        assignee: form.get('assignee') || null,
        dueDate: form.get('dueDate') || null,
      }
      await apis.projects.send('POST', `/projects/${ids['id']}/tasks`, { body, key: form.get('key') ?? '' })
      return `/projects/${ids['id']}`
    },
    /** Whatever else of the task changed meanwhile stays. */
    async state({ apis, ids }, form) {
      const path = `/projects/${ids['id']}/tasks/${encodeURIComponent(form.get('task') ?? '')}`
      const { etag } = await apis.projects.get<Task>(path)
      await apis.projects.send('PATCH', path, { body: { state: form.get('state') }, etag })
      return `/projects/${ids['id']}`
    },
  },
}
