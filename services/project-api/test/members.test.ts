import { expect, test } from '@jest/globals'
import { onEachDatabase, startResource, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { loadProjectApiConfig } from '../src/config.ts'
import { startProjectApi } from '../src/start.ts'
import { MOST_MEMBERS, membershipOf, memberships } from '../src/stores/memberships.ts'
import { projects } from '../src/stores/projects.ts'
import { ifMatch, notFound, refusal, startProjects } from './project-api.ts'

stopAfterEach()

/** A project of alice, with bob as editor and carol as viewer. */
async function startTeam(databaseUrl?: string) {
  const api = await startProjects(databaseUrl)
  const path = await api.newProject()
  await api.join(path, 'bob', 'editor')
  await api.join(path, 'carol', 'viewer')
  return { ...api, path }
}

test.each([
  ['username', {}],
  ['username', { username: '' }],
  ['username', { username: 'x'.repeat(65) }],
  ['username', { username: 'nobody' }],
  ['role', { username: 'bob', role: 'owner' }],
  ['sub', { username: 'bob', sub: 'bob' }],
])('an invitation with a bad %s is refused by name (%#)', async (field, body) => {
  const api = await startProjects()
  const path = await api.newProject()
  expect(await api.alice('POST', `${path}/invitations`, { body })).toMatchObject(refusal(400, 'invalid-request', { field }))
})

test('who may not invite learns nothing of a user name', async () => {
  const { carol, as, path } = await startTeam()
  for (const username of ['nobody', 'dave'])
    expect(await carol('POST', `${path}/invitations`, { body: { username } })).toMatchObject(refusal(403, 'forbidden'))
  expect(await as('dave')('POST', `${path}/invitations`, { body: { username: 'nobody' } })).toMatchObject(notFound)
})

test('without a client at auth nobody can be looked up, and that is told as a fault of ours', async () => {
  const api = await startResource({ load: loadProjectApiConfig, start: startProjectApi })
  const claims = { scope: 'project:write' }
  const { body } = await api.call('POST', '/projects', { body: { name: 'x' }, claims })
  expect(await api.call('POST', `/projects/${body.id}/invitations`, { body: { username: 'bob' }, claims })).toMatchObject(
    refusal(503, 'unavailable'),
  )
})

onEachDatabase((databaseUrl) => {
  test('the invited sees the project by name, accepts and takes part in it', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject('alice', 'Website')
    const invited = await api.alice('POST', `${path}/invitations`, { body: { username: 'Bob', role: 'editor' } })
    expect(invited).toMatchObject({ status: 201, body: { username: 'bob', role: 'editor', invitedBy: 'alice' } })
    expect(invited.headers.get('location')).toBe(`https://api.example${path}/invitations/${invited.body.id}`)
    expect(await api.alice('GET', `${path}/invitations/${invited.body.id}`)).toMatchObject({ status: 200, body: invited.body })
    expect((await api.alice('GET', `${path}/invitations`)).body.items).toEqual([invited.body])

    const received = await api.bob('GET', '/invitations')
    expect(received.body.items).toMatchObject([{ id: invited.body.id, project: { name: 'Website' }, role: 'editor' }])
    expect(await api.bob('GET', path)).toMatchObject(notFound)
    const accept = () => api.bob('POST', `/invitations/${invited.body.id}/accept`)
    expect(await accept()).toMatchObject({ status: 200, body: { name: 'Website', role: 'editor' } })
    expect(await accept()).toMatchObject(notFound)
    expect(await api.rolesIn(path)).toEqual({ alice: 'owner', bob: 'editor' })
    expect((await api.bob('GET', '/projects')).body.items).toMatchObject([{ name: 'Website', role: 'editor' }])
  })

  test('an invitation is declined by the invited, withdrawn by the project, and seen by nobody else', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    const invite = async () => (await api.alice('POST', `${path}/invitations`, { body: { username: 'bob' } })).body.id
    const id = await invite()
    for (const what of ['accept', 'decline'])
      expect(await api.carol('POST', `/invitations/${id}/${what}`)).toMatchObject(notFound)
    expect((await api.carol('GET', '/invitations')).body.items).toEqual([])
    expect(await api.bob('POST', `/invitations/${id}/decline`)).toMatchObject({ status: 204 })

    const again = await invite()
    const other = await api.newProject('carol')
    expect(await api.carol('DELETE', `${other}/invitations/${again}`)).toMatchObject(notFound)
    expect(await api.alice('DELETE', `${path}/invitations/${again}`)).toMatchObject({ status: 204 })
    expect(await api.bob('POST', `/invitations/${again}/accept`)).toMatchObject(notFound)
    expect((await api.bob('GET', '/invitations')).body.items).toEqual([])
  })

  test('inviting oneself, a member or somebody twice is a conflict, with its reason', async () => {
    const api = await startTeam(databaseUrl())
    const invite = (username: string) => api.bob('POST', `${api.path}/invitations`, { body: { username } })
    expect(await invite('bob')).toMatchObject(refusal(409, 'conflict', { reason: 'yourself' }))
    expect(await invite('carol')).toMatchObject(refusal(409, 'conflict', { reason: 'already-member' }))
    expect(await invite('dave')).toMatchObject({ status: 201 })
    expect(await invite('dave')).toMatchObject(refusal(409, 'conflict', { reason: 'already-invited' }))
  })

  test('a project has a hundred members and invitations at most', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    const [project] = await api.database.collection(projects).list({})
    if (!project) throw new Error('no project')
    for (let i = 2; i < MOST_MEMBERS; i++)
      await api.database.collection(memberships).insert(membershipOf(project, `m${i}`, 'viewer', i))
    const invite = (username: string) => api.alice('POST', `${path}/invitations`, { body: { username } })
    const answers = await Promise.all(['u1', 'u2', 'u3'].map(invite))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect(answers.find(({ status }) => status === 409)).toMatchObject(refusal(409, 'conflict', { reason: 'full' }))
    expect(await api.alice('POST', `${path}/archive`)).toMatchObject({ status: 200 })
  })

  test('twenty at once with one Idempotency-Key invite once and hear the same', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    const ask = () => api.alice('POST', `${path}/invitations`, { body: { username: 'bob' }, headers: { 'idempotency-key': 'k' } })
    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
  })

  test('of accepting, declining and withdrawing at once one succeeds', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    const { body } = await api.alice('POST', `${path}/invitations`, { body: { username: 'bob' } })
    const answers = await Promise.all([
      api.bob('POST', `/invitations/${body.id}/accept`),
      api.bob('POST', `/invitations/${body.id}/accept`),
      api.bob('POST', `/invitations/${body.id}/decline`),
      api.alice('DELETE', `${path}/invitations/${body.id}`),
    ])
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(3)
  })

  test('a role is changed by the version it has; the member sees it at once, also who asks with an ETag', async () => {
    const api = await startTeam(databaseUrl())
    const member = `${api.path}/members/bob`
    const before = await api.bob('GET', api.path)
    expect((await api.bob('GET', member)).headers.get('etag')).toBe('"1"')
    const change = (role: string, of = ifMatch(1)) => api.alice('PATCH', member, { body: { role }, ...of })
    expect(await change('viewer', { headers: {} } as never)).toMatchObject(refusal(428, 'precondition-required'))
    expect(await change('viewer')).toMatchObject({ status: 200, body: { sub: 'bob', role: 'viewer' } })
    expect(await change('editor')).toMatchObject(refusal(412, 'precondition-failed'))
    const after = await api.bob('GET', api.path, { headers: { 'if-none-match': before.headers.get('etag') ?? '' } })
    expect(after).toMatchObject({ status: 200, body: { role: 'viewer' } })
    expect(await api.alice('PATCH', `${api.path}/members/dave`, { body: { role: 'viewer' }, ...ifMatch() })).toMatchObject(
      notFound,
    )
  })

  test('the last owner neither leaves nor steps down; with a second one it may', async () => {
    const api = await startTeam(databaseUrl())
    const reason = refusal(409, 'conflict', { reason: 'last-owner' })
    expect(await api.alice('DELETE', `${api.path}/members/alice`)).toMatchObject(reason)
    const stepDown = () => api.alice('PATCH', `${api.path}/members/alice`, { body: { role: 'viewer' }, ...ifMatch() })
    expect(await stepDown()).toMatchObject(reason)
    await api.alice('PATCH', `${api.path}/members/bob`, { body: { role: 'owner' }, ...ifMatch() })
    expect(await stepDown()).toMatchObject({ status: 200 })
    expect(await api.alice('DELETE', `${api.path}/members/alice`)).toMatchObject({ status: 204 })
    expect(await api.alice('GET', api.path)).toMatchObject(notFound)
    expect(await api.rolesIn(api.path, 'bob')).toEqual({ bob: 'owner', carol: 'viewer' })
  })

  test('a project is handed over in one step, to a member only', async () => {
    const api = await startTeam(databaseUrl())
    const handOver = (sub: string) => api.alice('POST', `${api.path}/hand-over`, { body: { sub } })
    expect(await handOver('dave')).toMatchObject(refusal(400, 'invalid-request', { field: 'sub' }))
    expect(await handOver('alice')).toMatchObject(refusal(409, 'conflict', { reason: 'yourself' }))
    expect(await handOver('carol')).toMatchObject({ status: 200, body: { role: 'editor' } })
    expect(await api.rolesIn(api.path)).toEqual({ alice: 'editor', bob: 'editor', carol: 'owner' })
  })

  test('of two hand-overs at once one is made: never none and never two owners', async () => {
    const api = await startTeam(databaseUrl())
    const handOver = (sub: string) => api.alice('POST', `${api.path}/hand-over`, { body: { sub } })
    const answers = await Promise.all([handOver('bob'), handOver('carol')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
    expect(Object.values(await api.rolesIn(api.path)).filter((role) => role === 'owner')).toHaveLength(1)
  })

  test('two owners that leave or are demoted at once leave one behind', async () => {
    const api = await startTeam(databaseUrl())
    for (let round = 0; round < 5; round++) {
      const path = await api.newProject()
      await api.join(path, 'bob', 'editor')
      await api.alice('PATCH', `${path}/members/bob`, { body: { role: 'owner' }, ...ifMatch() })
      const answers = await Promise.all([
        api.alice('DELETE', `${path}/members/alice`),
        api.alice('PATCH', `${path}/members/bob`, { body: { role: 'viewer' }, ...ifMatch() }),
        api.bob('DELETE', `${path}/members/bob`),
      ])
      expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThan(0)
      const left = await api.database.collection(memberships).list({ projectId: path.slice('/projects/'.length) })
      expect(left.filter(({ role }) => role === 'owner')).toHaveLength(1)
    }
  })

  test('members are listed in pages, those first who joined first', async () => {
    const api = await startTeam(databaseUrl())
    const first = await api.carol('GET', `${api.path}/members?limit=2`)
    const second = await api.carol('GET', `${api.path}/members?limit=2&cursor=${first.body.next}`)
    const subs = [...first.body.items, ...second.body.items].map(({ sub }) => sub)
    expect(subs).toEqual(['alice', 'bob', 'carol'])
    expect(await api.carol('GET', `/invitations?cursor=${first.body.next}`)).toMatchObject(
      refusal(400, 'invalid-request', { field: 'cursor' }),
    )
  })
})
