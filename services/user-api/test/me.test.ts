import { expect, test } from '@jest/globals'
import { onEachDatabase, resourceContract, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { mirroredNames } from '../src/claims.ts'
import { seedUserApi } from '../src/seed.ts'
import type { Profile } from '../src/stores/profile.ts'
import { createProfileStore, profiles } from '../src/stores/profiles.ts'
import { account, problem, startUsers, userApi } from './support/user-api.ts'

const people = { alice: account('alice'), bob: account('bob') }
const claims = {
  name: 'Alice Zhang',
  picture: 'https://alice.example/me.png',
  locale: 'zh-CN',
  birthdate: '1990-01-02',
  email: 'alice@menshen.example',
  email_verified: true,
  phone_number: '+86 139 0000 0000',
  address: { locality: 'Hangzhou' },
}

stopAfterEach()
resourceContract(userApi, { path: '/users/me', scope: 'user:read' })

test('a token that a client got for itself has no profile, and none is made for it', async () => {
  const api = await startUsers()
  for (const method of ['GET', 'PATCH'])
    expect(
      await api.call(method, '/users/me', { claims: { sub: 'bookshop' }, headers: { 'if-match': '*' }, body: undefined }),
    ).toMatchObject(problem(403, 'forbidden'))
  expect(await api.records()).toEqual([])
})

test.each([
  ['not JSON', '{"headline":', problem(400, 'invalid-request')],
  ['no object', '[]', problem(400, 'invalid-request', '')],
  ['a wrong type', { headline: 1 }, problem(400, 'invalid-request', 'headline')],
  ['an unknown field', { colour: 'red' }, problem(400, 'invalid-request', 'colour')],
  ['__proto__', '{"__proto__":{"bio":"x"}}', problem(400, 'invalid-request', '__proto__')],
  ['a headline beyond its limit', { headline: 'x'.repeat(121) }, problem(400, 'invalid-request', 'headline')],
  ['a headline of two lines', { headline: 'one\ntwo' }, problem(400, 'invalid-request', 'headline')],
  ['half of a character', '{"headline":"\\ud83d"}', problem(400, 'invalid-request', 'headline')],
  ['a bio beyond its limit', { bio: 'x'.repeat(2001) }, problem(400, 'invalid-request', 'bio')],
  ['a bio with a null character', { bio: 'one\u0000' }, problem(400, 'invalid-request', 'bio')],
  ['a skill of blanks', { skills: ['Figma', ' '] }, problem(400, 'invalid-request', 'skills.1')],
  ['31 skills', { skills: Array.from({ length: 31 }, (_, i) => `skill ${i}`) }, problem(400, 'invalid-request', 'skills')],
  ['a link that runs', { links: ['javascript:alert(1)'] }, problem(400, 'invalid-request', 'links.0')],
  ['a link with a blank', { links: ['https://alice.example/a b'] }, problem(400, 'invalid-request', 'links.0')],
  ['a link without a host', { links: ['https:///'] }, problem(400, 'invalid-request', 'links.0')],
  ['a link that hides its host', { links: ['https://bank.example@evil.example'] }, problem(400, 'invalid-request', 'links.0')],
  [
    'a link that turns around',
    { links: ['https://a.example', 'https://a.example/\u202e'] },
    problem(400, 'invalid-request', 'links.1'),
  ],
  ['a visibility that is none', { visibility: 'friends' }, problem(400, 'invalid-request', 'visibility')],
  ['a body beyond 64 KiB', { bio: 'x'.repeat(65_536) }, problem(413, 'body-too-large')],
])('%s is refused by name, and nothing is written', async (_what, body, refusal) => {
  const api = await startUsers()
  const before = await api.readMe()
  expect(await api.write(body)).toMatchObject(refusal)
  expect(await api.readMe()).toEqual(before)
})

test('what belongs to the account is refused by name: it is changed at auth', async () => {
  const api = await startUsers()
  for (const name of ['sub', ...mirroredNames])
    for (const value of ['x', null])
      expect((await api.write({ [name]: value, headline: 'x' })).body).toMatchObject({
        status: 400,
        errors: [{ field: name, detail: 'belongs to the account and is changed at auth, not here' }],
      })
  expect((await api.readMe()).headline).toBe('')
})

onEachDatabase((databaseUrl) => {
  test('the first call of a person makes an empty, private profile; later calls find it', async () => {
    const api = await startUsers(databaseUrl())
    const first = await api.readMe()
    expect(first).toEqual({
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
    expect(await api.readMe()).toEqual(first)
  })

  test('20 first calls at once make one profile', async () => {
    const api = await startUsers(databaseUrl())
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.call('GET', '/users/me')))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(await api.records()).toHaveLength(1)
  })

  test('a person changes what is theirs, and the rest of it stays (RFC 7396)', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['created', account('alice', { claims: { name: 'Alice' } })])
    await api.write({ headline: '  设计师  ', bio: 'One\n\tTwo', skills: ['Figma', ' figma ', 'ＦＩＧＭＡ', '用户研究'] })
    api.clock.advance(60_000)

    const answer = await api.write({ bio: null, links: ['https://zh.wikipedia.org/wiki/门神'], visibility: 'suite' })
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toEqual({
      sub: 'alice',
      preferred_username: 'alice',
      name: 'Alice',
      headline: '设计师',
      bio: '',
      skills: ['Figma', '用户研究'],
      links: ['https://zh.wikipedia.org/wiki/门神'],
      visibility: 'suite',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:01:00.000Z',
    })
    expect(await api.readMe()).toEqual(answer.body)
    expect((await api.write({ visibility: null })).body.visibility).toBe('private')
  })

  test('a change names the version that it changes: 428 without, 412 when it is stale; a read gives it as ETag', async () => {
    const api = await startUsers(databaseUrl())
    const read = await api.call('GET', '/users/me')
    const version = read.headers.get('etag') ?? ''
    expect(await api.call('GET', '/users/me', { headers: { 'if-none-match': version } })).toMatchObject({ status: 304 })
    expect(await api.call('PATCH', '/users/me', { body: { bio: 'x' } })).toMatchObject(problem(428, 'precondition-required'))

    const written = await api.write({ bio: 'first' }, { version })
    expect(written.headers.get('etag')).not.toBe(version)
    expect(await api.write({ bio: 'second' }, { version })).toMatchObject(problem(412, 'precondition-failed'))
    expect((await api.readMe()).bio).toBe('first')
  })

  test('of two changes of one version at once, one is made', async () => {
    const api = await startUsers(databaseUrl())
    const version = (await api.call('GET', '/users/me')).headers.get('etag') ?? ''
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((skill) => api.write({ skills: [skill], visibility: 'public' }, { version })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])

    const [kept] = (await api.readMe()).skills
    const found = await Promise.all(['a', 'b', 'c'].map(async (skill) => (await api.list(`?skill=${skill}`)).body.items.length))
    expect(found).toEqual(['a', 'b', 'c'].map((skill) => Number(skill === kept)))
  })

  test('what was read before another change is not written over it', async () => {
    const api = await startUsers(databaseUrl())
    const store = createProfileStore(api)
    const read = await store.ofPerson('alice')
    expect(await store.write(read, { bio: 'first', skills: ['a'], visibility: 'public' })).toMatchObject({
      version: read.version + 1,
    })
    expect(await store.write(read, { bio: 'second', skills: ['b'], visibility: 'public' })).toBeUndefined()
    expect(await api.readMe()).toMatchObject({ bio: 'first', skills: ['a'] })
    expect((await api.list('?skill=b')).body).toEqual({ items: [] })
  })

  test('an empty change changes nothing, not the version either', async () => {
    const api = await startUsers(databaseUrl())
    const { headers } = await api.call('GET', '/users/me')
    expect((await api.write({})).headers.get('etag')).toBe(headers.get('etag'))
  })

  test('a person sees the claims of the account, of the closer ones those that the token has the scope for', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['created', account('alice', { claims: { ...claims, shoe_size: 38, constructor: 'x', nickname: 7 } })])
    const open = { name: 'Alice Zhang', picture: 'https://alice.example/me.png', locale: 'zh-CN' }
    const own = { headline: '', bio: '', skills: [], links: [], visibility: 'private' }
    const times = { createdAt: expect.any(String), updatedAt: expect.any(String) }
    const common = { sub: 'alice', preferred_username: 'alice', ...open, ...own, ...times }
    expect(await api.readMe('alice', 'user:read')).toEqual(common)
    expect(await api.readMe('alice', 'user:read profile email phone address')).toEqual({ ...common, ...claims })
  })

  test('a profile from before versions were counted is read, found and changed as any other', async () => {
    const api = await startUsers(databaseUrl())
    const old = {
      sub: 'alice',
      headline: 'Old',
      bio: '',
      skills: ['Figma'],
      links: [],
      visibility: 'public',
      createdAt: 1,
      updatedAt: 1,
    }
    await api.database.collection(profiles).insert(old as unknown as Profile)
    expect((await api.list()).body.items).toMatchObject([{ sub: 'alice', headline: 'Old' }])
    expect(await api.write({ bio: 'New' }, { version: '"0"' })).toMatchObject({
      status: 200,
      body: { headline: 'Old', bio: 'New' },
    })
    expect((await api.call('GET', '/users/me')).headers.get('etag')).toBe('"1"')
    await api.tell(['created', account('alice')])
    expect(await api.readMe()).toMatchObject({ name: 'alice of the suite', headline: 'Old' })
  })

  test('everybody gets their own profile', async () => {
    const api = await startUsers(databaseUrl())
    await seedUserApi(api.database, people, api.clock)
    expect(await api.readMe()).toMatchObject({
      sub: 'alice',
      name: 'alice of the suite',
      headline: expect.stringContaining('Product designer'),
      visibility: 'public',
    })
    expect(await api.readMe('bob')).toMatchObject({
      sub: 'bob',
      headline: expect.stringContaining('Backend engineer'),
      visibility: 'suite',
    })
  })

  test('the seed changes nothing the second time, nor what a person has written', async () => {
    const api = await startUsers(databaseUrl())
    await api.write({ headline: 'My own' })
    await seedUserApi(api.database, people, api.clock)
    const seeded = await api.records()
    api.clock.advance(60_000)
    await seedUserApi(api.database, people, api.clock)
    expect(await api.records()).toEqual(seeded)
    expect((await api.readMe()).headline).toBe('My own')
  })
})
