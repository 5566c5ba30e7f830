import { Refused } from '../api.ts'
import type { Asker, FormPage } from '../form-page.ts'
import { namesOf } from '../people.ts'
import type { Invitation, Member, Page, Project } from '../records.ts'

const path = ({ ids }: Asker) => `/projects/${ids['id']}`
const memberPath = (asker: Asker, form: URLSearchParams) => `${path(asker)}/members/${encodeURIComponent(form.get('sub') ?? '')}`

/** Who takes part in a project, and who is invited. */
export const membersPage: FormPage = {
  path: '/projects/:id/members',
  view: 'members',

  async load(asker) {
    const { apis } = asker
    const [project, members] = await Promise.all([
      apis.projects.get<Project>(path(asker)),
      apis.projects.get<Page<Member>>(`${path(asker)}/members?limit=100`),
    ])
    const mayInvite = project.body.role !== 'viewer'
    const invited = mayInvite
      ? (await apis.projects.get<Page<Invitation>>(`${path(asker)}/invitations?limit=100`)).body.items
      : []
    const person = await namesOf(
      members.body.items.map(({ sub }) => sub),
      asker,
    )
    return {
      project: project.body,
      members: members.body.items.map(({ sub, role }) => ({ ...person(sub), role })),
      invited,
      mayInvite: mayInvite && project.body.state === 'active',
    }
  },

  actions: {
    async invite(asker, form) {
      const body = { username: form.get('username') ?? '', role: form.get('role') ?? 'viewer' }
      await asker.apis.projects.send('POST', `${path(asker)}/invitations`, { body, key: form.get('key') ?? '' })
      return `${path(asker)}/members`
    },
    async withdraw(asker, form) {
      await asker.apis.projects.send('DELETE', `${path(asker)}/invitations/${encodeURIComponent(form.get('id') ?? '')}`)
      return `${path(asker)}/members`
    },
    async role(asker, form) {
      const { etag } = await asker.apis.projects.get<Member>(memberPath(asker, form))
      await asker.apis.projects.send('PATCH', memberPath(asker, form), { body: { role: form.get('role') }, etag })
      return `${path(asker)}/members`
    },
    async remove(asker, form) {
      await asker.apis.projects.send('DELETE', memberPath(asker, form))
      return `${path(asker)}/members`
    },
    async leave(asker) {
      await asker.apis.projects.send('DELETE', `${path(asker)}/members/${encodeURIComponent(asker.person.sub)}`)
      return '/projects'
    },
    async 'hand-over'(asker, form) {
      const sub = form.get('sub')
      if (!sub) throw new Refused({ status: 400, errors: [{ field: 'sub', detail: 'choose a member' }] })
      await asker.apis.projects.send('POST', `${path(asker)}/hand-over`, { body: { sub } })
      return `${path(asker)}/members`
    },
  },
}
