import { expect, test } from '@jest/globals'
import { openDatabase } from '@menshen/shared/storage'
import { testMongoUrl, testSqliteUrl } from '@menshen/shared/testing/databases'
import { expectFromIndex, watchLists } from '@menshen/shared/testing/query-plan'
import { onEachDatabase, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { createProfileStore, profileSkills, profiles } from '../src/stores/profiles.ts'
import { account, problem, startUsers } from './support/user-api.ts'

stopAfterEach()

const subsIn = ({ body }: { body: { items: { sub: string }[] } }) => body.items.map(({ sub }) => sub)

const closer = { email: 'carol@menshen.example', phone_number: '+1 555 0100', birthdate: '1990', gender: 'female', address: {} }

test.each([
  ['?limit=0', 'limit'],
  ['?limit=101', 'limit'],
  ['?limit=x', 'limit'],
  ['?limit=1&limit=2', 'limit'],
  ['?cursor=x', 'cursor'],
  [`?cursor=${Buffer.from('["projects","a","a"]').toString('base64url')}`, 'cursor'],
  [`?cursor=${Buffer.from('["users",1,"a"]').toString('base64url')}`, 'cursor'],
  ['?username=', 'username'],
  [`?username=${'x'.repeat(65)}`, 'username'],
  ['?username=a&username=b', 'username'],
  ['?skill=a&skill=b', 'skill'],
  ['?skill=a&username=b', 'skill'],
  ['?name=a', 'name'],
])('the list refuses %s by name', async (query, field) => {
  const api = await startUsers()
  expect(await api.list(query)).toMatchObject(problem(400, 'invalid-request', field))
})

test('an id that is none is refused by name', async () => {
  const api = await startUsers()
  for (const id of ['a%20b', '%E9%97%A8', '%00', 'x'.repeat(256)])
    expect(await api.call('GET', `/users/${id}`)).toMatchObject(problem(400, 'invalid-request', 'id'))
})

test('the list needs user:list, a person user:read', async () => {
  const api = await startUsers()
  expect(await api.call('GET', '/users')).toMatchObject(problem(403, 'insufficient-scope'))
  expect(await api.call('GET', '/users/bob', { claims: { scope: 'user:list' } })).toMatchObject(
    problem(403, 'insufficient-scope'),
  )
})

onEachDatabase((databaseUrl) => {
  test('a person is shown to whom they chose, and is not there for others', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['created', account('carol')])
    const server = { sub: 'partner', client_id: 'partner' }
    const shownTo = async () => {
      const callers = [{ sub: 'carol' }, { sub: 'bob' }, server]
      const answers = await Promise.all(callers.map((claims) => api.call('GET', '/users/carol', { claims })))
      return answers.map(({ status }) => status)
    }
    expect(await shownTo()).toEqual([200, 404, 404])
    await api.write({ visibility: 'suite' }, { sub: 'carol' })
    expect(await shownTo()).toEqual([200, 200, 404])
    await api.write({ visibility: 'public' }, { sub: 'carol' })
    expect(await shownTo()).toEqual([200, 200, 200])
  })

  test('who hides and who does not exist are answered alike', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['created', account('hidden')], ['created', account('gone')], ['created', account('banned')])
    for (const sub of ['gone', 'banned']) await api.write({ visibility: 'public' }, { sub })
    await api.tell(['deleted', { sub: 'gone', version: 2 }], ['disabled', { sub: 'banned', version: 2 }])
    const answers = await Promise.all(['nobody', 'hidden', 'gone', 'banned'].map((sub) => api.call('GET', `/users/${sub}`)))
    const told = answers.map(({ status, headers, body: { request_id, ...body } }) => ({
      status,
      etag: headers.get('etag'),
      body,
    }))
    expect(told[0]).toMatchObject(problem(404, 'not-found'))
    for (const other of told) expect(other).toEqual(told[0])
  })

  test('nobody sees the e-mail address, phone number, address, birthday or gender of another', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['created', account('carol', { claims: { name: 'Carol', picture: 'https://c.example/1.png', ...closer } })])
    await api.write({ headline: 'Writer', visibility: 'public' }, { sub: 'carol' })
    const scope = 'user:read profile email phone address'
    const answer = await api.call('GET', '/users/carol', { claims: { sub: 'bob', scope } })
    expect(answer.headers.get('etag')).toMatch(/^"\d+"$/)
    const shown = {
      sub: 'carol',
      preferred_username: 'carol',
      name: 'Carol',
      picture: 'https://c.example/1.png',
      headline: 'Writer',
      bio: '',
      skills: [],
      links: [],
      visibility: 'public',
    }
    expect(answer.body).toEqual(shown)
    expect((await api.list()).body).toEqual({ items: [shown] })
  })

  test('a server of the suite pages through everybody, of private ones it learns only who they are', async () => {
    const api = await startUsers(databaseUrl())
    const people = ['ann', 'ben', 'cho', 'dan', 'eve']
    await api.tell(...people.map((sub): ['created', ReturnType<typeof account>] => ['created', account(sub)]))
    await api.write({ headline: 'Hidden', visibility: 'private' }, { sub: 'ben' })

    const first = await api.list('?limit=2')
    expect(first.body.items[1]).toEqual({
      sub: 'ben',
      preferred_username: 'ben',
      name: 'ben of the suite',
      visibility: 'private',
    })
    expect(first.headers.get('link')).toBe(`<https://api.example/users?limit=2&cursor=${first.body.next}>; rel="next"`)
    const second = await api.list(`?limit=2&cursor=${first.body.next}`)
    const third = await api.list(`?limit=2&cursor=${second.body.next}`)
    expect([first, second, third].map(subsIn)).toEqual([['ann', 'ben'], ['cho', 'dan'], ['eve']])
    expect(third.body).not.toHaveProperty('next')
  })

  test('a server of the suite finds people by user name as auth folds it, private ones too', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['created', account('s1', { preferred_username: 'Carol', claims: {} })], ['created', account('s2')])
    const found = { sub: 's1', preferred_username: 'Carol', name: 'Carol', visibility: 'private' }
    for (const typed of ['Carol', 'carol', 'CAROL', 'ＣＡＲＯＬ', ' carol '])
      expect((await api.list(`?username=${encodeURIComponent(typed)}`)).body).toEqual({ items: [found] })
    expect((await api.list('?username=caro')).body).toEqual({ items: [] })

    await api.tell(['updated', account('s1', { preferred_username: 'Caroline', version: 2 })])
    expect((await api.list('?username=carol')).body).toEqual({ items: [] })
    expect(subsIn(await api.list('?username=caroline'))).toEqual(['s1'])
  })

  test('people are found by skill as long as they show it', async () => {
    const api = await startUsers(databaseUrl())
    for (const sub of ['ann', 'ben', 'cho', 'dan'])
      await api.write({ skills: ['TypeScript', `only ${sub}`], visibility: 'suite' }, { sub })
    const first = await api.list('?skill=typescript&limit=2')
    const second = await api.list(`?skill=typescript&limit=2&cursor=${first.body.next}`)
    expect([first, second].map(subsIn)).toEqual([
      ['ann', 'ben'],
      ['cho', 'dan'],
    ])
    expect(second.body).not.toHaveProperty('next')

    await api.write({ skills: ['Rust'] }, { sub: 'ann' })
    await api.write({ visibility: 'private' }, { sub: 'ben' })
    await api.tell(['disabled', { sub: 'cho', version: 2 }], ['deleted', { sub: 'dan', version: 2 }])
    expect(subsIn(await api.list('?skill=TypeScript'))).toEqual([])
    expect(subsIn(await api.list('?skill=rust'))).toEqual(['ann'])

    await api.write({ visibility: 'public' }, { sub: 'ben' })
    await api.tell(['enabled', { sub: 'cho', version: 3 }])
    expect(subsIn(await api.list('?skill=TypeScript'))).toEqual(['ben', 'cho'])
  })
})

test.each([testSqliteUrl, ...(testMongoUrl() ? [() => testMongoUrl() as string] : [])])(
  'every list of people comes from an index, without sorting (%#)',
  async (freshUrl) => {
    const url = freshUrl()
    const database = watchLists(await openDatabase(url, { collections: [profiles, profileSkills] }))
    const store = createProfileStore({ database, clock: { now: () => 0 } })
    for (const after of [undefined, ['ann', 'ann'] as const]) {
      await store.page({}, { limit: 20, after })
      await store.page({ username: 'ann' }, { limit: 20, after })
      await store.pageOfSkill('rust', { limit: 20, after })
    }
    expect(database.lists).toHaveLength(6)
    for (const list of database.lists) await expectFromIndex(url, list)
    await database.close()
  },
)
