import { expect, test } from '@jest/globals'
import { onEachDatabase, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { profileSkills } from '../src/stores/profiles.ts'
import { account, problem, startUsers, type Told } from './support/user-api.ts'

stopAfterEach()

const named = (name: string, version: number) => account('alice', { claims: { name }, version })

test('an event that lacks what it must tell is refused, and changes nothing', async () => {
  const api = await startUsers()
  for (const data of [{ sub: 'alice' }, { sub: '', version: 1 }, { sub: 'alice', version: 0 }, { sub: 'alice', version: 1 }])
    await expect(api.tell(['created', data])).rejects.toThrow()
  expect(await api.records()).toEqual([])
})

onEachDatabase((databaseUrl) => {
  test('a profile comes with its account, private, and follows its changes', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['created', named('Alice', 1)])
    expect(await api.records()).toMatchObject([{ sub: 'alice', accountVersion: 1, visibility: 'private' }])
    const read = await api.call('GET', '/users/me')
    expect(read.body).toMatchObject({ preferred_username: 'alice', name: 'Alice' })

    await api.tell(['updated', account('alice', { claims: { nickname: 'Ali' }, version: 2 })])
    const changed = await api.call('GET', '/users/me')
    expect(changed.body).toMatchObject({ nickname: 'Ali' })
    expect(changed.body).not.toHaveProperty('name')
    expect(changed.headers.get('etag')).not.toBe(read.headers.get('etag'))
  })

  test('an event that comes late, again or out of order changes nothing', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['updated', named('third', 3)])
    const after = await api.records()
    api.clock.advance(60_000)
    await api.tell(['updated', named('third', 3)], ['updated', named('second', 2)], ['created', named('first', 1)])
    expect(await api.records()).toEqual(after)
  })

  test('an account that comes after the first call of its person keeps what the person wrote', async () => {
    const api = await startUsers(databaseUrl())
    await api.write({ headline: 'Early' })
    await api.tell(['created', named('Alice', 1)])
    expect(await api.readMe()).toMatchObject({ name: 'Alice', headline: 'Early' })
  })

  test('many events and changes at once: the newest account stays, and no change is lost', async () => {
    const api = await startUsers(databaseUrl())
    const events = [4, 7, 1, 6, 2, 5, 3].map((version): Told => ['updated', named(`version ${version}`, version)])
    const [, { status }] = await Promise.all([api.tell(...events), api.write({ bio: 'Written meanwhile' })])
    const retried = status === 412 ? (await api.write({ bio: 'Written meanwhile' })).status : status
    expect(retried).toBe(200)
    expect(await api.readMe()).toMatchObject({ name: 'version 7', bio: 'Written meanwhile' })
  })

  test('a disabled person is nowhere, and back when enabled', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['created', named('Alice', 1)])
    await api.write({ headline: 'Mine', visibility: 'public' })
    await api.tell(['disabled', { sub: 'alice', version: 2 }])
    expect(await api.call('GET', '/users/me')).toMatchObject(problem(403, 'forbidden'))
    expect(await api.write({ headline: 'x' })).toMatchObject(problem(403, 'forbidden'))
    expect(await api.call('GET', '/users/alice', { claims: { sub: 'bob' } })).toMatchObject(problem(404, 'not-found'))
    for (const query of ['', '?username=alice']) expect((await api.list(query)).body).toEqual({ items: [] })

    await api.tell(['enabled', { sub: 'alice', version: 3 }])
    expect(await api.call('GET', '/users/alice', { claims: { sub: 'bob' } })).toMatchObject({ body: { headline: 'Mine' } })
  })

  test('a ban holds in whatever order it comes with other events', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['updated', named('Renamed', 3)])
    await api.tell(['disabled', { sub: 'alice', version: 2 }])
    expect(await api.call('GET', '/users/me')).toMatchObject(problem(403, 'forbidden'))

    await api.tell(['enabled', { sub: 'alice', version: 5 }])
    await api.tell(['disabled', { sub: 'alice', version: 4 }])
    expect(await api.readMe()).toMatchObject({ name: 'Renamed' })
  })

  test('who is deleted leaves nothing of themselves, and does not come back', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['created', named('Alice', 1)])
    await api.write({ headline: 'Mine', bio: 'Me', skills: ['Rust'], links: ['https://a.example'], visibility: 'public' })
    await api.tell(['deleted', { sub: 'alice', version: 2 }])
    await api.tell(['created', named('Alice', 1)], ['updated', named('Alice', 9)], ['enabled', { sub: 'alice', version: 9 }])

    const [record] = await api.records()
    expect(JSON.stringify(record)).not.toMatch(/Alice|Mine|Me|Rust|a\.example/)
    expect(record).toMatchObject({ sub: 'alice', preferred_username: null, username: null, claims: {}, hidden: 'deleted' })
    expect(await api.database.collection(profileSkills).list({})).toEqual([])
    expect(await api.call('GET', '/users/me')).toMatchObject(problem(403, 'forbidden'))
    expect((await api.list()).body).toEqual({ items: [] })
  })

  test('a deletion that comes before the account is remembered', async () => {
    const api = await startUsers(databaseUrl())
    await api.tell(['deleted', { sub: 'alice', version: 2 }])
    await api.tell(['created', named('Alice', 1)])
    expect((await api.list('?username=alice')).body).toEqual({ items: [] })
  })
})
