import { expect, test } from '@jest/globals'
import { onEachDatabase, resourceContract, startResource, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { loadUserApiConfig } from '../src/config.ts'
import { seedUserApi } from '../src/seed.ts'
import { startUserApi } from '../src/start.ts'
import { profiles } from '../src/stores/profiles.ts'

const userApi = { load: loadUserApiConfig, start: startUserApi }
const scope = 'user:read'
const people = { alice: 'alice', bob: 'bob' }

stopAfterEach()
resourceContract(userApi, { path: '/users/me', scope })

test('a token that a client got for itself has no profile, and none is made for it', async () => {
  const api = await startResource(userApi)
  expect(await api.get('/users/me', { scope, sub: 'bookshop' })).toMatchObject({
    status: 403,
    body: { type: '/docs/errors#forbidden', detail: expect.stringContaining('speaks for no person') },
  })
  expect(await api.database.collection(profiles).list({})).toEqual([])
})

onEachDatabase((databaseUrl) => {
  test('a server with user:list pages through the public profiles, and sees no private one', async () => {
    const api = await startResource(userApi, databaseUrl())
    await seedUserApi(api.database, people, api.clock)
    const job = { scope: 'user:list', sub: 'report-job' }
    expect((await api.get('/users', job)).body).toEqual({
      items: [expect.objectContaining({ sub: 'alice', visibility: 'public' })],
    })

    for (const sub of ['carol', 'dave']) await seedUserApi(api.database, { alice: sub, bob: `${sub}'s friend` }, api.clock)
    const first = await api.get('/users?limit=2', job)
    expect(first.body.items.map((profile: { sub: string }) => profile.sub)).toEqual(['alice', 'carol'])
    const second = await api.get(`/users?limit=2&cursor=${first.body.next}`, job)
    expect(second.body.items.map((profile: { sub: string }) => profile.sub)).toEqual(['dave'])
    expect(second.body).not.toHaveProperty('next')
    expect((await api.get('/users?cursor=x', job)).status).toBe(400)
    expect((await api.get('/users', { scope })).status).toBe(403)
  })

  test('the first call of a person makes an empty, private profile; later calls find it', async () => {
    const api = await startResource(userApi, databaseUrl())
    const first = await api.get('/users/me', { scope })
    expect(first).toMatchObject({ status: 200 })
    expect(first.body).toEqual({
      sub: 'alice',
      headline: '',
      bio: '',
      skills: [],
      links: [],
      visibility: 'private',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
    })

    api.clock.advance(60_000)
    expect((await api.get('/users/me', { scope })).body).toEqual(first.body)
  })

  test('20 first calls at once make one profile', async () => {
    const api = await startResource(userApi, databaseUrl())
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.get('/users/me', { scope })))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(await api.database.collection(profiles).list({})).toHaveLength(1)
  })

  test('everybody gets their own profile', async () => {
    const api = await startResource(userApi, databaseUrl())
    await seedUserApi(api.database, people, api.clock)
    const [alice, bob] = [await api.get('/users/me', { scope }), await api.get('/users/me', { scope, sub: 'bob' })]
    expect(alice.body).toMatchObject({
      sub: 'alice',
      headline: expect.stringContaining('Product designer'),
      visibility: 'public',
    })
    expect(bob.body).toMatchObject({ sub: 'bob', headline: expect.stringContaining('Backend engineer'), visibility: 'private' })
  })

  test('the seed changes nothing the second time, nor what a person has made', async () => {
    const api = await startResource(userApi, databaseUrl())
    const own = (await api.get('/users/me', { scope })).body
    await seedUserApi(api.database, people, api.clock)
    const seeded = await api.database.collection(profiles).list({})
    api.clock.advance(60_000)
    await seedUserApi(api.database, people, api.clock)
    expect(await api.database.collection(profiles).list({})).toEqual(seeded)
    expect((await api.get('/users/me', { scope })).body).toEqual(own)
  })
})
