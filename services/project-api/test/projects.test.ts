import { expect, test } from '@jest/globals'
import { cursorOf } from '@menshen/shared/http/paging'
import { openDatabase } from '@menshen/shared/storage'
import { countCalls } from '@menshen/shared/testing/counting-database'
import { onEachDatabase, resourceContract, startResource, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { loadProjectApiConfig } from '../src/config.ts'
import { seedProjectApi } from '../src/seed.ts'
import { startProjectApi } from '../src/start.ts'
import { createMembershipStore, type Member, memberships } from '../src/stores/memberships.ts'
import { projects } from '../src/stores/projects.ts'

const projectApi = { load: loadProjectApiConfig, start: startProjectApi }
const scope = 'project:read'
const people = { alice: 'alice', bob: 'bob' }

type Api = Awaited<ReturnType<typeof startResource>>

/** Founds projects at the present time of the service. */
async function found(api: Api, ids: readonly string[], members: readonly Member[] = [{ sub: 'alice', role: 'owner' }]) {
  const now = api.clock.now()
  const rest = { name: 'a project', description: '', state: 'active', createdAt: now, updatedAt: now } as const
  for (const id of ids) await createMembershipStore(api.database).found({ id, ...rest }, members)
}

const idsOf = ({ body }: { body: { items: { id: string }[] } }) => body.items.map(({ id }) => id)

/** Follows `Link: rel="next"` to the end and gives the ids of each page; `between` happens before each next page. */
async function pagesOf(api: Api, query: string, between = async () => {}): Promise<string[][]> {
  const pages: string[][] = []
  for (let next: string | undefined = `/projects${query}`; next; await between()) {
    const page = await api.get(next, { scope })
    pages.push(idsOf(page))
    next = /^<https:\/\/api\.example(.*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1]
  }
  return pages
}

stopAfterEach()
resourceContract(projectApi, { path: '/projects', scope })

test.each([
  ['limit', 'limit=0'],
  ['limit', 'limit=101'],
  ['limit', 'limit='],
  ['limit', 'limit=1e1'],
  ['limit', 'limit=-1'],
  ['limit', 'limit=5&limit=6'],
  ['cursor', 'cursor='],
  ['cursor', 'cursor=nonsense'],
  ['cursor', `cursor=${Buffer.from('{}').toString('base64url')}`],
  ['cursor', `cursor=${Buffer.from('["1","p1"]').toString('base64url')}`],
  ['cursor', `cursor=${Buffer.from('[1,{"$gt":""}]').toString('base64url')}`],
  ['cursor', `cursor=${Buffer.from('[1,"p1",2]').toString('base64url')}`],
  ['cursor', `cursor=${cursorOf([1, 'p'.repeat(400)])}`],
  ['cursor', `cursor=${cursorOf([1, 'p1'])}!`],
  ['cursor', `cursor=${cursorOf([1, 'p1'])}&cursor=${cursorOf([1, 'p2'])}`],
])('a bad %s is refused by name: %s', async (field, query) => {
  const api = await startResource(projectApi)
  expect(await api.get(`/projects?${query}`, { scope })).toMatchObject({
    status: 400,
    body: { type: '/docs/errors#invalid-request', detail: expect.stringContaining(field), errors: [{ field }] },
  })
})

test('a token that a client got for itself is told that it speaks for no person', async () => {
  const api = await startResource(projectApi)
  expect(await api.get('/projects', { scope, sub: 'bookshop' })).toMatchObject({
    status: 403,
    body: { type: '/docs/errors#forbidden', detail: expect.stringContaining('speaks for no person') },
  })
})

test('a refusal names every field at fault', async () => {
  const api = await startResource(projectApi)
  const { body } = await api.get('/projects?limit=0&cursor=x&state=active', { scope })
  expect(body.errors.map(({ field }: { field: string }) => field).sort()).toEqual(['cursor', 'limit', 'state'])
})

test('a page of projects is one read, however many there are', async () => {
  const database = countCalls(await openDatabase('sqlite::memory:', { collections: [projects, memberships] }))
  await seedProjectApi(database, people)
  database.reset()
  expect((await createMembershipStore(database).page('alice', { limit: 20 })).items).toHaveLength(5)
  expect(database.calls).toEqual(['memberships.list'])
  await database.close()
})

onEachDatabase((databaseUrl) => {
  test('people see the projects they take part in, with their own role, and no others', async () => {
    const api = await startResource(projectApi, databaseUrl())
    await seedProjectApi(api.database, people, api.clock)
    const [alice, bob] = [await api.get('/projects', { scope }), await api.get('/projects', { scope, sub: 'bob' })]

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
      '春季展会 / Spring fair': 'viewer',
      '数据库搬迁 / Moving the database': 'owner',
    })
    expect(await api.get('/projects', { scope, sub: 'carol' })).toMatchObject({ status: 200, body: { items: [] } })
  })

  test('pages follow each other without gap or repetition, the newest first, also for projects of one moment', async () => {
    const api = await startResource(projectApi, databaseUrl())
    await found(api, ['p1', 'p2', 'p3'])
    api.clock.advance(1)
    await found(api, ['p4', 'p5'])
    await found(api, ['q1'], [{ sub: 'bob', role: 'owner' }])

    expect(await pagesOf(api, '?limit=2')).toEqual([['p5', 'p4'], ['p3', 'p2'], ['p1']])
    expect(await pagesOf(api, '?limit=5')).toEqual([['p5', 'p4', 'p3', 'p2', 'p1']])
  })

  test('what is founded or left between two pages shifts nothing', async () => {
    const api = await startResource(projectApi, databaseUrl())
    await found(api, ['p1', 'p2', 'p3', 'p4'])
    let founded = 0
    const between = async () => {
      api.clock.advance(1)
      await found(api, [`new${founded++}`])
      await api.database.collection(memberships).remove({ projectId: 'p3' })
    }
    expect(await pagesOf(api, '?limit=2', between)).toEqual([
      ['p4', 'p3'],
      ['p2', 'p1'],
    ])
  })

  test('a page has 20 items unless the limit says otherwise; `next` and the link lead to the same page (RFC 8288 section 3)', async () => {
    const api = await startResource(projectApi, databaseUrl())
    await found(
      api,
      Array.from({ length: 21 }, (_, i) => `p${i + 10}`),
    )
    const { body, headers } = await api.get('/projects', { scope })
    expect(body.items).toHaveLength(20)
    expect(headers.get('link')).toBe(`<https://api.example/projects?limit=20&cursor=${body.next}>; rel="next"`)
    expect(idsOf(await api.get(`/projects?cursor=${body.next}`, { scope }))).toEqual(['p10'])
    expect((await api.get('/projects?limit=100', { scope })).body.items).toHaveLength(21)
  })

  test("another person's cursor shows nobody else's projects", async () => {
    const api = await startResource(projectApi, databaseUrl())
    await found(api, ['p1', 'p2'])
    const { body } = await api.get('/projects?limit=1', { scope })
    expect(idsOf(await api.get(`/projects?cursor=${body.next}`, { scope, sub: 'bob' }))).toEqual([])
  })

  test('the seed changes nothing the second time, nor who takes part', async () => {
    const api = await startResource(projectApi, databaseUrl())
    const all = async () => [
      await api.database.collection(projects).list({}, { orderBy: 'id' }),
      await api.database.collection(memberships).list({}, { orderBy: 'id' }),
    ]
    await seedProjectApi(api.database, people, api.clock)
    await api.database.collection(memberships).remove({ sub: 'bob', role: 'viewer' })
    const left = await all()
    api.clock.advance(60_000)
    await seedProjectApi(api.database, people, api.clock)
    expect(await all()).toEqual(left)
    expect(left[0]).toHaveLength(6)
  })

  test('founding a project is whole or not at all', async () => {
    const api = await startResource(projectApi, databaseUrl())
    const twice: Member[] = [
      { sub: 'alice', role: 'owner' },
      { sub: 'alice', role: 'viewer' },
    ]
    await expect(found(api, ['p1'], twice)).rejects.toThrow('exists')
    expect(await api.database.collection(projects).list({})).toEqual([])
  })
})
