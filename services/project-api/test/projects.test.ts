import { expect, test } from '@jest/globals'
import { openDatabase } from '@menshen/shared/storage'
import { countCalls } from '@menshen/shared/testing/counting-database'
import { onEachDatabase, resourceContract, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { collections } from '../src/deps.ts'
import { seedProjectApi } from '../src/seed.ts'
import { activity } from '../src/stores/activity.ts'
import { deletions } from '../src/stores/deletions.ts'
import { memberships } from '../src/stores/memberships.ts'
import { createProjectStore } from '../src/stores/project-store.ts'
import { projects } from '../src/stores/projects.ts'
import { ifMatch, notFound, type ProjectApi, projectApi, refusal, startProjects } from './project-api.ts'

const people = { alice: 'alice', bob: 'bob' }

/** Founds projects at the present time of the service. */
async function found({ database, clock }: ProjectApi, ids: readonly string[], sub = 'alice') {
  const now = clock.now()
  const rest = { name: 'a project', description: '', state: 'active', createdAt: now, updatedAt: now, version: 1 } as const
  for (const id of ids) await createProjectStore(database).found({ id: `prj_${id}`, ...rest }, [{ sub, role: 'owner' }])
}

const idsOf = ({ body }: { body: { items: { id: string }[] } }) => body.items.map(({ id }) => id.slice('prj_'.length))

/** Follows `Link: rel="next"` to the end and gives the ids of each page; `between` happens before each next page. */
async function pagesOf(api: ProjectApi, query: string, between = async () => {}): Promise<string[][]> {
  const pages: string[][] = []
  for (let next: string | undefined = `/projects${query}`; next; await between()) {
    const page = await api.alice('GET', next)
    pages.push(idsOf(page))
    next = /^<https:\/\/api\.example(.*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1]
  }
  return pages
}

const cursorOf = (...place: unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url')

stopAfterEach()
resourceContract(projectApi, { path: '/projects', scope: 'project:read' })

test.each([
  ['limit', 'limit=0'],
  ['limit', 'limit=101'],
  ['limit', 'limit=5&limit=6'],
  ['cursor', 'cursor='],
  ['cursor', 'cursor=nonsense'],
  ['cursor', `cursor=${cursorOf('projects', '1', 'p1')}`],
  ['cursor', `cursor=${cursorOf('projects', 1, { $gt: '' })}`],
  ['cursor', `cursor=${cursorOf('tasks', 1, 'p1')}`],
  ['cursor', `cursor=${cursorOf('projects', 1, 'p'.repeat(600))}`],
  ['state', 'state=gone'],
  ['role', 'role=boss'],
  ['sub', 'sub=bob'],
])('a list with a bad %s is refused by name (%#)', async (field, query) => {
  const api = await startProjects()
  expect(await api.alice('GET', `/projects?${query}`)).toMatchObject(refusal(400, 'invalid-request', { field }))
})

test.each([
  ['name', {}],
  ['name', { name: 1 }],
  ['name', { name: ' ' }],
  ['name', { name: 'x'.repeat(121) }],
  ['name', { name: 'two\nlines' }],
  ['description', { name: 'x', description: null }],
  ['description', { name: 'x', description: 'x'.repeat(5001) }],
  ['state', { name: 'x', state: 'archived' }],
  ['__proto__', '{"name":"x","__proto__":{}}'],
])('a project with a bad %s is refused by name (%#)', async (field, body) => {
  const api = await startProjects()
  expect(await api.alice('POST', '/projects', { body })).toMatchObject(refusal(400, 'invalid-request', { field }))
  expect(await api.database.collection(projects).list({})).toEqual([])
})

test('a bad id is refused by name', async () => {
  const api = await startProjects()
  for (const id of ['17', 'task_1', 'prj_', 'prj_%00', `prj_${'x'.repeat(41)}`])
    expect(await api.alice('GET', `/projects/${id}`)).toMatchObject(refusal(400, 'invalid-request', { field: 'projectId' }))
})

test('reading needs project:read, each change project:write', async () => {
  const api = await startProjects()
  const scope = 'project:read'
  expect(await api.call('POST', '/projects', { body: { name: 'x' }, claims: { scope } })).toMatchObject(
    refusal(403, 'insufficient-scope'),
  )
  expect(await api.call('GET', '/projects', { claims: { scope: 'project:write' } })).toMatchObject(
    refusal(403, 'insufficient-scope'),
  )
})

test('a token that a client got for itself is told that it speaks for no person', async () => {
  const api = await startProjects()
  expect(await api.as('bookshop')('GET', '/projects')).toMatchObject(refusal(403, 'forbidden'))
})

test('a page of projects is one list, and a read for each project in it', async () => {
  const database = countCalls(await openDatabase('sqlite::memory:', { collections }))
  await seedProjectApi(database, people)
  database.reset()
  expect((await createProjectStore(database).page('alice', {}, { limit: 3 })).items).toHaveLength(3)
  expect(database.calls).toEqual(['members.list', 'projects.find', 'projects.find', 'projects.find'])
  await database.close()
})

onEachDatabase((databaseUrl) => {
  test('who creates a project owns it, and finds it where the answer says', async () => {
    const api = await startProjects(databaseUrl())
    const made = await api.alice('POST', '/projects', { body: { name: ' 官网改版 ', description: 'Home page' } })
    expect(made).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^prj_/),
        name: '官网改版',
        description: 'Home page',
        state: 'active',
        role: 'owner',
        createdAt: '2026-01-01T00:00:00.000Z',
        updatedAt: '2026-01-01T00:00:00.000Z',
      },
    })
    const path = `/projects/${made.body.id}`
    expect(made.headers.get('location')).toBe(`https://api.example${path}`)
    const read = await api.alice('GET', path)
    expect(read).toMatchObject({ status: 200, body: made.body })
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'))
    expect(await api.alice('GET', path, { headers: { 'if-none-match': '"1"' } })).toMatchObject({ status: 304 })
  })

  test('twenty at once with one Idempotency-Key create one project', async () => {
    const api = await startProjects(databaseUrl())
    const ask = () => api.alice('POST', '/projects', { body: { name: 'once' }, headers: { 'idempotency-key': 'k' } })
    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    for (const definition of [projects, memberships, activity])
      expect(await api.database.collection<object>(definition as never).list({})).toHaveLength(1)
  })

  test('people see the projects they take part in, with their own role, and no others', async () => {
    const api = await startProjects(databaseUrl())
    await seedProjectApi(api.database, people, api.clock)
    const [alice, bob] = [await api.alice('GET', '/projects'), await api.bob('GET', '/projects')]

    expect(alice.body.items).toHaveLength(5)
    expect(alice.body).not.toHaveProperty('next')
    expect(alice.body.items.find(({ name }: { name: string }) => name.startsWith('官网改版'))).toEqual({
      id: expect.stringMatching(/^prj_[\w-]{22}$/),
      name: '官网改版 / Website redesign',
      description: expect.any(String),
      state: 'active',
      role: 'owner',
      createdAt: '2025-11-20T00:00:00.000Z',
      updatedAt: '2025-12-31T00:00:00.000Z',
    })
    expect(Object.fromEntries(bob.body.items.map(({ name, role }: { name: string; role: string }) => [name, role]))).toEqual({
      '官网改版 / Website redesign': 'editor',
      '移动端登录 / Sign-in on phones': 'owner',
      '新人手册 / Handbook for newcomers': 'owner',
      '月度通讯 / Monthly newsletter': 'owner',
      '春季展会 / Spring fair': 'viewer',
      '数据库搬迁 / Moving the database': 'owner',
    })
    expect(await api.carol('GET', '/projects')).toMatchObject({ status: 200, body: { items: [] } })
  })

  test('the list is filtered by state, by role and by both', async () => {
    const api = await startProjects(databaseUrl())
    await seedProjectApi(api.database, people, api.clock)
    const count = async (query: string) => (await api.bob('GET', `/projects?${query}`)).body.items.length
    expect(await count('state=active')).toBe(4)
    expect(await count('role=owner')).toBe(4)
    expect(await count('state=archived&role=owner')).toBe(1)
    expect(await count('state=archived&role=editor')).toBe(0)
  })

  test('pages follow each other without gap or repetition, the newest first, also for projects of one moment', async () => {
    const api = await startProjects(databaseUrl())
    await found(api, ['p1', 'p2', 'p3'])
    api.clock.advance(1)
    await found(api, ['p4', 'p5'])
    await found(api, ['q1'], 'bob')

    expect(await pagesOf(api, '?limit=2')).toEqual([['p5', 'p4'], ['p3', 'p2'], ['p1']])
    expect(await pagesOf(api, '?limit=2&state=active&role=owner')).toEqual([['p5', 'p4'], ['p3', 'p2'], ['p1']])
    expect(await pagesOf(api, '?limit=5')).toEqual([['p5', 'p4', 'p3', 'p2', 'p1']])
  })

  test('what is founded or deleted between two pages shifts nothing', async () => {
    const api = await startProjects(databaseUrl())
    await found(api, ['p1', 'p2', 'p3', 'p4'])
    let founded = 0
    const between = async () => {
      api.clock.advance(1)
      await found(api, [`new${founded++}`])
      await api.alice('DELETE', '/projects/prj_p3')
    }
    expect(await pagesOf(api, '?limit=2', between)).toEqual([
      ['p4', 'p3'],
      ['p2', 'p1'],
    ])
  })

  test("another person's cursor shows nobody else's projects", async () => {
    const api = await startProjects(databaseUrl())
    await found(api, ['p1', 'p2'])
    const { body } = await api.alice('GET', '/projects?limit=1')
    expect(await api.bob('GET', `/projects?cursor=${body.next}`)).toMatchObject({ status: 200, body: { items: [] } })
  })

  test('a change names the version that it changes, and leaves what it does not name', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    expect(await api.alice('PATCH', path, { body: { name: 'b' } })).toMatchObject(refusal(428, 'precondition-required'))
    api.clock.advance(1000)
    const changed = await api.alice('PATCH', path, { body: { description: 'new' }, ...ifMatch(1) })
    expect(changed).toMatchObject({ status: 200, body: { name: 'a project', description: 'new' } })
    expect(changed.body.updatedAt).toBe('2026-01-01T00:00:01.000Z')
    expect(changed.headers.get('etag')).toBe('"2"')
    expect(await api.alice('PATCH', path, { body: { name: 'b' }, ...ifMatch(1) })).toMatchObject(
      refusal(412, 'precondition-failed'),
    )
  })

  test('of twenty changes of one version one is made', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    const changes = Array.from({ length: 20 }, (_, i) => api.alice('PATCH', path, { body: { name: `${i}` }, ...ifMatch(1) }))
    expect((await Promise.all(changes)).map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(412)])
  })

  test('an archived project can be read, and not be changed until it is restored; both may be asked for twice', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    for (let i = 0; i < 2; i++)
      expect(await api.alice('POST', `${path}/archive`)).toMatchObject({ status: 200, body: { state: 'archived' } })
    expect(await api.alice('GET', path)).toMatchObject({ status: 200, body: { state: 'archived' } })
    expect((await api.alice('GET', '/projects?state=active')).body.items).toEqual([])
    expect(await api.alice('PATCH', path, { body: { name: 'b' }, ...ifMatch() })).toMatchObject(
      refusal(409, 'conflict', { reason: 'archived' }),
    )
    for (let i = 0; i < 2; i++)
      expect(await api.alice('POST', `${path}/restore`)).toMatchObject({ status: 200, body: { state: 'active' } })
    expect(await api.alice('PATCH', path, { body: { name: 'b' }, ...ifMatch() })).toMatchObject({ status: 200 })
  })

  test('a deleted project is gone with all that is in it', async () => {
    const api = await startProjects(databaseUrl())
    const path = await api.newProject()
    expect(await api.alice('DELETE', path)).toMatchObject({ status: 204, body: undefined })
    expect(await api.alice('GET', path)).toMatchObject(notFound)
    expect(await api.alice('DELETE', path)).toMatchObject(notFound)
    for (const definition of collections)
      expect({ [definition.name]: await api.database.collection(definition).list({}) }).toEqual({ [definition.name]: [] })
  })

  test('what a deletion left behind that was cut off, the next one removes', async () => {
    const api = await startProjects(databaseUrl())
    const [one, two] = [await api.newProject(), await api.newProject()]
    const projectId = one.slice('/projects/'.length)
    await api.database.collection(projects).remove({ id: projectId })
    await api.database.collection(memberships).remove({ projectId })
    await api.database.collection(deletions).insert({ projectId, createdAt: 1 }) // so far it came
    expect(await api.alice('GET', one)).toMatchObject(notFound)
    expect(await api.alice('DELETE', two)).toMatchObject({ status: 204 })
    expect(await api.database.collection(activity).list({})).toEqual([])
    expect(await api.database.collection(deletions).list({})).toEqual([])
  })

  test('the seed holds tasks in their order with comments, an invitation, and what happened', async () => {
    const api = await startProjects(databaseUrl())
    await seedProjectApi(api.database, people, api.clock)
    const { items } = (await api.alice('GET', '/projects')).body
    const website = `/projects/${items.find(({ name }: { name: string }) => name.startsWith('官网改版')).id}`
    const listed = await api.bob('GET', `${website}/tasks`)
    expect(listed.body.items).toHaveLength(5)
    expect(listed.body.items[0]).toMatchObject({ state: 'done', assignee: 'alice', dueDate: '2025-12-11', createdBy: 'alice' })
    const said = await api.bob('GET', `${website}/tasks/${listed.body.items[0].id}/comments`)
    expect(said.body.items.map(({ author }: { author: string }) => author)).toEqual(['bob', 'alice'])
    expect((await api.bob('GET', `${website}/activity`)).body.items).toHaveLength(1 + 5 + 3)
    const [invitation] = (await api.alice('GET', '/invitations')).body.items
    expect(invitation).toMatchObject({ role: 'editor', invitedBy: 'bob', project: { name: '月度通讯 / Monthly newsletter' } })
    expect(await api.alice('POST', `/invitations/${invitation.id}/accept`)).toMatchObject({ status: 200 })
  })

  test('the seed changes nothing the second time, nor who takes part', async () => {
    const api = await startProjects(databaseUrl())
    const all = () => Promise.all(collections.map((definition) => api.database.collection(definition).list({})))
    await seedProjectApi(api.database, people, api.clock)
    await api.database.collection(memberships).remove({ sub: 'bob', role: 'viewer' })
    const left = await all()
    api.clock.advance(60_000)
    await seedProjectApi(api.database, people, api.clock)
    expect(await all()).toEqual(left)
    expect(await api.database.collection(projects).list({})).toHaveLength(7)
  })

  test('founding a project is whole or not at all', async () => {
    const { database, ...api } = await startProjects(databaseUrl())
    await found({ ...api, database }, ['p1'])
    await expect(found({ ...api, database }, ['p1'])).rejects.toThrow('exists')
    expect(await database.collection(activity).list({})).toHaveLength(1)
  })
})
