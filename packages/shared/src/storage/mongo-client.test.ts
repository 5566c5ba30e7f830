import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { forward } from '../forward.ts'
import { onMongo } from '../testing/databases.ts'
import { poolGauges } from './gauges.ts'
import { defineCollection, openDatabase } from './index.ts'
import { connectionOptions, firstServerOf, serverOf, serverRefusal, shareClient } from './mongo-client.ts'

const things = defineCollection<{ id: string }>({ name: 'things', key: 'id' })
const options = { appName: 'menshen-test', patienceMs: 2500, startPatienceMs: 10_000 }

test('what an operator sets in the URL wins, but for what safety rests on', () => {
  const url = 'mongodb://h/x?maxPoolSize=5&WaitQueueTimeoutMS=9&w=1&readPreference=secondary&appName=mine'
  const made = connectionOptions(url, options)
  expect(made).toMatchObject({
    readPreference: 'primary',
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'local' },
  })
  for (const told of ['maxPoolSize', 'waitQueueTimeoutMS', 'appName']) expect(made).not.toHaveProperty(told)
  expect(connectionOptions('mongodb://h/x', options)).toMatchObject({ maxPoolSize: 20, appName: 'menshen-test' })
})

test.each([
  ['mongodb://h:1,i:2/menshen_auth?replicaSet=rs0', 'mongodb://h:1,i:2/?replicaSet=rs0'],
  ['mongodb://h', 'mongodb://h/'],
  ['mongodb+srv://u:p@h/x?authSource=admin', 'mongodb+srv://u:p@h/?authSource=admin'],
  ['mongodb://u:p@h/x', 'mongodb://u:p@h/x'], // the user is one of that database
])('databases of %s share what reaches %s', (url, server) => {
  expect(serverOf(url)).toBe(server)
})

test('a server that is too old, or no replica set, is refused by name', () => {
  expect(serverRefusal({ setName: 'rs0', maxWireVersion: 13 }, '5.0.9')).toBe('MongoDB 5.0.9 is too old: 6.0 or newer is needed')
  expect(serverRefusal({ maxWireVersion: 21 }, '')).toContain('--replSet rs0 and run rs.initiate() once')
  expect(serverRefusal({ maxWireVersion: 21, isreplicaset: true }, '')).toContain('was not initiated: run rs.initiate() once')
  expect(serverRefusal({ maxWireVersion: 21, msg: 'isdbgrid' }, '')).toBeUndefined()
  expect(serverRefusal({ maxWireVersion: 17, setName: 'rs0' }, '')).toBeUndefined()
})

test.each([
  ['mongodb://u:p@h:1,i:2/x?replicaSet=rs0&tls=true', 'mongodb://u:p@h:1/x?tls=true', 'rs0'],
  ['mongodb://h', 'mongodb://h/?', null],
  ['mongodb+srv://h/x', undefined, null],
])('the first server of %s, to be asked alone, is %s', (url, server, setName) => {
  expect(firstServerOf(url)).toEqual({ server, setName })
})

onMongo('the client', (freshUrl) => {
  test('databases of one server share one client, which is there until the last of them closes', async () => {
    const [one, two] = [freshUrl(), freshUrl()]
    const a = await shareClient(one, options)
    const b = await shareClient(two, options)
    expect([a.client === b.client, a.db.databaseName === b.db.databaseName]).toEqual([true, false])
    await a.letGo()
    await a.letGo()
    await b.db.command({ ping: 1 })
    await b.letGo()
    await expect(b.db.command({ ping: 1 })).rejects.toThrow()
  })

  test('its pool is told as it is: what is open, in use, and who waits for a connection; a database in a file has none', async () => {
    const { db, pool, letGo } = await shareClient(`${freshUrl()}&maxPoolSize=2`, options)
    const told = async () => Promise.all(poolGauges({ pool }).map(({ read }) => read()))
    const { topologyVersion } = await db.command({ hello: 1 }, { promoteLongs: false })
    const waiting = { hello: 1, topologyVersion, maxAwaitTimeMS: 300 } // answered only then, as nothing changes
    let answered = false
    const calls = Promise.all([1, 2, 3].map(() => db.command(waiting))).finally(() => {
      answered = true
    })
    while (!answered && pool().inUse < 2) await nextTurn()
    expect(await told()).toEqual([2, 2, 1])
    await calls
    expect(await told()).toEqual([2, 0, 0])
    await letGo()
    expect(await told()).toEqual([0, 0, 0])
    const file = await openDatabase('sqlite::memory:', { collections: [things] })
    expect(poolGauges(file)).toEqual([])
    await file.close()
  })

  test('a server that starts later than the service is waited for', async () => {
    const url = new URL(freshUrl())
    const server = { host: url.hostname, to: Number(url.port) }
    let knocks = 0
    let door: Promise<() => Promise<void>> | undefined
    const starting = createServer((socket) => {
      socket.destroy()
      knocks += 1
      if (knocks === 8) starting.close(() => (door = forward({ port, ...server }))) // more than one try to connect makes
    })
    await once(starting.listen(0, '127.0.0.1'), 'listening')
    const { port } = starting.address() as AddressInfo
    url.host = `127.0.0.1:${port}`
    url.searchParams.delete('replicaSet')
    url.searchParams.set('directConnection', 'true')
    const database = await openDatabase(url.href, { collections: [things] })
    await database.close()
    await (await door)?.()
  })

  test('a replica set of another name is told of by its name, and at once', async () => {
    const url = new URL(freshUrl())
    url.searchParams.set('replicaSet', 'other')
    const start = performance.now()
    await expect(openDatabase(url.href, { collections: [things] })).rejects.toThrow(
      /its replica set is called .+, and replicaSet=other asks for another \(DATABASE_URL\)$/,
    )
    expect(performance.now() - start).toBeLessThan(8000)
  })

  test('MongoDB knows by its own list who asks', async () => {
    const database = await openDatabase(freshUrl(), { collections: [things], appName: 'menshen-by-name' })
    await database.ping()
    const asked = await shareClient(freshUrl(), { ...options, patienceMs: 2501 })
    const { inprog } = await asked.db.admin().command({ currentOp: 1, $all: true })
    expect((inprog as { appName?: string }[]).map(({ appName }) => appName)).toContain('menshen-by-name')
    await asked.letGo()
    await database.close()
  })
})
