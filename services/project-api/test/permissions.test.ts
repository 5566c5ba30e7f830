import { describe, expect, test } from '@jest/globals'
import { testDatabaseUrl } from '@menshen/shared/testing/databases'
import { type Call, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { type Action, permissions } from '../src/permissions.ts'
import { type Role, roles } from '../src/stores/memberships.ts'
import { ifMatch, lastOf, notFound, type ProjectApi, refusal, startProjects } from './project-api.ts'

stopAfterEach()

/** A project with one member of each role, one more member, an invitation and a task with a comment of the one who asks. */
interface Stage {
  path: string
  task: string
  other: string
  invitation: string
  comment: string
  who: string
}

type Asked = readonly [method: string, path: string, given?: Omit<Call, 'claims'>]

/** One request for each action of the table. */
const requests: Record<Action, (stage: Stage) => Asked> = {
  'project.read': ({ path }) => ['GET', path],
  'project.change': ({ path }) => ['PATCH', path, { body: { name: 'new' }, ...ifMatch() }],
  'project.archive': ({ path }) => ['POST', `${path}/archive`],
  'project.restore': ({ path }) => ['POST', `${path}/restore`],
  'project.delete': ({ path }) => ['DELETE', path],
  'project.handOver': ({ path }) => ['POST', `${path}/hand-over`, { body: { sub: 'erin' } }],
  'members.read': ({ path }) => ['GET', `${path}/members`],
  'members.changeRole': ({ path }) => ['PATCH', `${path}/members/erin`, { body: { role: 'editor' }, ...ifMatch() }],
  'members.remove': ({ path }) => ['DELETE', `${path}/members/erin`],
  'members.leave': ({ path, who }) => ['DELETE', `${path}/members/${who}`],
  'invitations.read': ({ path }) => ['GET', `${path}/invitations`],
  'invitations.create': ({ path }) => ['POST', `${path}/invitations`, { body: { username: 'gina' } }],
  'invitations.withdraw': ({ path, invitation }) => ['DELETE', `${path}/invitations/${invitation}`],
  'tasks.read': ({ path }) => ['GET', `${path}/tasks`],
  'tasks.create': ({ path }) => ['POST', `${path}/tasks`, { body: { title: 'new' } }],
  'tasks.change': ({ task }) => ['PATCH', task, { body: { title: 'new' }, ...ifMatch() }],
  'tasks.move': ({ task, other }) => ['POST', `${task}/move`, { body: { place: 'after', task: lastOf(other) } }],
  'tasks.delete': ({ task }) => ['DELETE', task],
  'comments.read': ({ task }) => ['GET', `${task}/comments`],
  'comments.create': ({ task }) => ['POST', `${task}/comments`, { body: { text: 'new' } }],
  'comments.changeOwn': ({ comment }) => ['PATCH', comment, { body: { text: 'new' }, ...ifMatch() }],
  'comments.deleteOwn': ({ comment }) => ['DELETE', comment],
  'activity.read': ({ path }) => ['GET', `${path}/activity`],
}

const names = { owner: 'olga', editor: 'eddie', viewer: 'vera' } as const

async function setStage({ as, alice, newProject, join, newTask }: ProjectApi, role: Role): Promise<Stage> {
  const path = await newProject()
  for (const [as_, sub] of Object.entries(names)) await join(path, sub, as_ === 'editor' ? 'editor' : 'viewer')
  await alice('PATCH', `${path}/members/${names.owner}`, { body: { role: 'owner' }, ...ifMatch() })
  await join(path, 'erin', 'viewer')
  const [task, other] = [await newTask(path), await newTask(path)]
  const invited = await alice('POST', `${path}/invitations`, { body: { username: 'frank' } })
  const comment = await as(names[role])('POST', `${task}/comments`, { body: { text: 'mine' } })
  return {
    path,
    task,
    other,
    invitation: invited.body.id,
    comment: `${task}/comments/${comment.body.id}`,
    who: names[role],
  }
}

const actions = Object.keys(permissions) as Action[]

describe.each(actions)('%s', (action) => {
  test('is done by the roles that the table names, also in the archive as it says, and by nobody else', async () => {
    const api = await startProjects(testDatabaseUrl())
    for (const role of roles) {
      const stage = await setStage(api, role)
      const ask = () => api.as(names[role])(...requests[action](stage))
      const permission = permissions[action]

      if (!permission.archived) {
        await api.alice('POST', `${stage.path}/archive`)
        const inArchive = permission[role] ? refusal(409, 'conflict', { reason: 'archived' }) : refusal(403, 'forbidden')
        expect({ role, ...(await ask()) }).toMatchObject({ role, ...inArchive })
        await api.alice('POST', `${stage.path}/restore`)
      } else if (role === 'editor') await api.alice('POST', `${stage.path}/archive`)

      const answer = await ask()
      if (permission[role]) expect({ role, ok: answer.status < 300, answer }).toMatchObject({ role, ok: true })
      else expect({ role, ...answer }).toMatchObject({ role, ...refusal(403, 'forbidden') })
    }
  }, 30_000)

  test('is answered to who is no member as if there were no such project', async () => {
    const api = await startProjects(testDatabaseUrl())
    const stage = await setStage(api, 'editor')
    const stranger = { ...stage, who: 'stranger' }
    const [method, path, given] = requests[action](stranger)
    const elsewhere = path.replace(stage.path, '/projects/prj_nowhere')
    for (const who of ['stranger', 'frank']) {
      const [real, none] = [await api.as(who)(method, path, given), await api.as(who)(method, elsewhere, given)]
      expect(real).toMatchObject(notFound)
      const { request_id: _, ...realBody } = real.body
      const { request_id: __, ...noneBody } = none.body
      expect(realBody).toEqual(noneBody)
      expect([...real.headers.keys()]).toEqual([...none.headers.keys()])
    }
  }, 30_000)
})
