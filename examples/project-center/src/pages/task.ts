import type { Asker, FormPage } from '../form-page.ts'
import { namesOf } from '../people.ts'
import { type Comment, type Member, type Page, type Project, type Task, taskStates } from '../records.ts'

const pathOf = ({ ids }: Asker) => `/projects/${ids['id']}/tasks/${ids['task']}`

/** A task, and what members say about it. */
export const taskPage: FormPage = {
  path: '/projects/:id/tasks/:task',
  view: 'task',

  async load(asker) {
    const { apis, ids, query } = asker
    const cursor = query.get('cursor')
    const [project, task, members, comments] = await Promise.all([
      apis.projects.get<Project>(`/projects/${ids['id']}`),
      apis.projects.get<Task>(pathOf(asker)),
      apis.projects.get<Page<Member>>(`/projects/${ids['id']}/members?limit=100`),
      apis.projects.get<Page<Comment>>(`${pathOf(asker)}/comments${cursor ? `?${new URLSearchParams({ cursor })}` : ''}`),
    ])
    const subs = members.body.items.map(({ sub }) => sub)
    const person = await namesOf([...subs, ...comments.body.items.map(({ author }) => author)], asker)
    return {
      project: project.body,
      task: task.body,
      etag: task.etag,
      states: taskStates,
      members: subs.map(person),
      comments: comments.body.items.map(({ author, ...comment }) => ({ ...comment, author: person(author) })),
      next: comments.body.next,
    }
  },

  actions: {
    async change(asker, form) {
      const body = {
        title: form.get('title') ?? '',
        description: form.get('description') ?? '',
        state: form.get('state'),
        assignee: form.get('assignee') || null,
        dueDate: form.get('dueDate') || null,
      }
      await asker.apis.projects.send('PATCH', pathOf(asker), { body, etag: form.get('etag') ?? '' })
      return pathOf(asker)
    },
    async comments(asker, form) {
      const body = { text: form.get('text') ?? '' }
      await asker.apis.projects.send('POST', `${pathOf(asker)}/comments`, { body, key: form.get('key') ?? '' })
      return pathOf(asker)
    },
    async move(asker, form) {
      await move(asker, form.get('direction') === 'up' ? -1 : 1)
      return `/projects/${asker.ids['id']}`
    },
    async delete(asker) {
      await asker.apis.projects.send('DELETE', pathOf(asker))
      return `/projects/${asker.ids['id']}`
    },
  },
}

/** Past its neighbour among those that are as far as it is; the first and the last stay. */
async function move(asker: Asker, step: -1 | 1): Promise<void> {
  const { apis, ids } = asker
  const { state, id } = (await apis.projects.get<Task>(pathOf(asker))).body
  const { items } = (await apis.projects.get<Page<Task>>(`/projects/${ids['id']}/tasks?state=${state}&limit=100`)).body
  const neighbour = items[items.findIndex((task) => task.id === id) + step]
  if (!neighbour) return
  const body = { place: step === -1 ? 'before' : 'after', task: neighbour.id }
  await apis.projects.send('POST', `${pathOf(asker)}/move`, { body })
}
