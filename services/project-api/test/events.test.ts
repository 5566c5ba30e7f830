import { expect, test } from '@jest/globals'
import { onEachDatabase, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { createDeletionStore } from '../src/stores/deletions.ts'
import { createDepart } from '../src/stores/departure.ts'
import { invitations } from '../src/stores/invitations.ts'
import { memberships } from '../src/stores/memberships.ts'
import { projects } from '../src/stores/projects.ts'
import { notFound, type ProjectApi, refusal, startProjects } from './project-api.ts'

stopAfterEach()

/** Tells that an account was deleted, twice, and waits until that is done. */
async function deleteAccount(api: ProjectApi, sub: string): Promise<void> {
  const event = { specversion: '1.0', source: 'menshen/auth', subject: sub, time: '' } as const
  for (let i = 0; i < 2; i++) await api.bus.publish({ ...event, id: `e${i}`, type: 'user.deleted', data: { sub, version: 3 } })
  await api.bus.close()
}

onEachDatabase((databaseUrl) => {
  test('who is deleted takes part in nothing, has no task and no invitation', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    await api.join(path, 'bob', 'editor')
    const other = await api.newProject('carol')
    await api.carol('POST', `${other}/invitations`, { body: { username: 'bob' } })
    const task = await api.newTask(path, 'a task', { assignee: 'bob' })
    await deleteAccount(api, 'bob')
    expect(await api.rolesIn(path)).toEqual({ alice: 'owner' })
    expect(await api.alice('GET', task)).toMatchObject({ body: { assignee: null } })
    expect(await api.database.collection(invitations).list({})).toEqual([])
    expect(await api.bob('GET', path)).toMatchObject(notFound)
  })

  test('the project of a deleted owner goes to the editor who is there longest, else to the viewer, else it is deleted', async () => {
    const api = await startProjects(databaseUrl())
    const [shared, watched, alone] = [await api.newProject(), await api.newProject(), await api.newProject()]
    for (const [path, sub, role] of [
      [shared, 'erin', 'viewer'],
      [shared, 'carol', 'editor'],
      [shared, 'bob', 'editor'],
      [watched, 'erin', 'viewer'],
    ] as const) {
      api.clock.advance(1)
      await api.join(path, sub, role)
    }
    await deleteAccount(api, 'alice')
    expect(await api.rolesIn(shared, 'bob')).toEqual({ erin: 'viewer', carol: 'owner', bob: 'editor' })
    expect(await api.rolesIn(watched, 'erin')).toEqual({ erin: 'owner' })
    expect(await api.alice('GET', alone)).toMatchObject(notFound)
    const { body } = await api.bob('GET', `${shared}/activity?limit=2`)
    expect(body.items.map(({ type }: { type: string }) => type).sort()).toEqual(['member.left', 'project.handed_over'])
  })

  test('a second owner stays the owner', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    await api.join(path, 'bob', 'viewer')
    await api.join(path, 'carol', 'editor')
    await api.alice('PATCH', `${path}/members/bob`, { body: { role: 'owner' }, headers: { 'if-match': '*' } })
    await deleteAccount(api, 'alice')
    expect(await api.rolesIn(path, 'bob')).toEqual({ bob: 'owner', carol: 'editor' })
  })

  test('who is deleted takes part in nothing again, as long as a token may still live', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    await deleteAccount(api, 'bob')
    const { body: late } = await api.alice('POST', `${path}/invitations`, { body: { username: 'bob' } }) // user-api heard of it later
    expect(await api.bob('POST', `/invitations/${late.id}/accept`)).toMatchObject(refusal(403, 'forbidden'))
    for (const headers of [{}, { 'idempotency-key': 'k' }])
      expect(await api.bob('POST', '/projects', { body: { name: 'mine' }, headers })).toMatchObject(refusal(403, 'forbidden'))
    expect(await api.database.collection(memberships).list({ sub: 'bob' })).toEqual([])
    expect(await api.database.collection(projects).list({})).toHaveLength(1)
    expect(await api.rolesIn(path)).toEqual({ alice: 'owner' })
  })

  test('what is made while a deletion takes a person out does not stay', async () => {
    const api = await startProjects(databaseUrl())
    const { body } = await api.alice('POST', `${await api.newProject()}/invitations`, { body: { username: 'bob' } })
    await api.newProject('bob')
    const depart = createDepart(api.database, createDeletionStore(api.database))
    await Promise.all([
      depart('bob', 1),
      api.bob('POST', `/invitations/${body.id}/accept`),
      ...Array.from({ length: 10 }, () => api.bob('POST', '/projects', { body: { name: 'mine' } })),
    ])
    expect(await api.database.collection(memberships).list({ sub: 'bob' })).toEqual([])
    expect(await api.database.collection(invitations).list({ sub: 'bob' })).toEqual([])
  })
})
