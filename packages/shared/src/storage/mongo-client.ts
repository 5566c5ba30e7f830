import mongoose from 'mongoose'
import { isMongoAway } from './mongo-faults.ts'
import { type Pool, watchPool } from './mongo-pool.ts'

export interface ClientOptions {
  appName: string
  /** How long a call waits at most, in milliseconds. */
  patienceMs: number
  /** How long a start waits for a server that may be starting too, in milliseconds. */
  startPatienceMs: number
}

interface Client {
  opened: Promise<Opened>
  users: number
}

interface Opened {
  connection: mongoose.Connection
  pool: () => Pool
}

/** The clients of this process by server: services in one process share one, each with a database of its own. */
const clients = new Map<string, Client>()

/** The process's one client of the server that the URL names, and the database of the URL; `letGo` closes it behind its last user. */
export async function shareClient(url: string, options: ClientOptions) {
  const key = `${serverOf(url)} ${options.patienceMs}`
  const client = clients.get(key) ?? { opened: connect(url, options), users: 0 }
  clients.set(key, client)
  client.users += 1
  let isHeld = true
  async function letGo(): Promise<void> {
    if (!isHeld) return
    isHeld = false
    client.users -= 1
    if (client.users > 0) return
    if (clients.get(key) === client) clients.delete(key)
    await (await client.opened.catch(() => undefined))?.connection.close()
  }
  try {
    const { connection, pool } = await client.opened
    const shared = connection.getClient()
    return { client: shared, db: shared.db(databaseOf(url)), pool, letGo }
  } catch (error) {
    await letGo()
    throw error
  }
}

async function connect(url: string, options: ClientOptions): Promise<Opened> {
  const connection = await connected(url, options)
  const pool = watchPool(connection.getClient())
  const refusal = await refusalOf(connection)
  if (refusal === undefined) return { connection, pool }
  await connection.close()
  throw new Error(refusal)
}

/** A connection, tried again for a while: a machine that starts everything at once is slow. */
async function connected(url: string, options: ClientOptions): Promise<mongoose.Connection> {
  const endsAt = performance.now() + options.startPatienceMs
  for (;;) {
    try {
      return await opened(url, connectionOptions(url, options))
    } catch (error) {
      if (!isMongoAway(error)) throw error
      const isOver = performance.now() > endsAt
      const asked = await refusalOfFirst(url, options)
      if (asked && (isOver || !asked.mayPass)) throw new Error(asked.refusal)
      if (isOver) throw error
    }
  }
}

async function opened(url: string, options: mongoose.ConnectOptions): Promise<mongoose.Connection> {
  const connection = mongoose.createConnection(url, options)
  try {
    return await connection.asPromise()
  } catch (error) {
    await connection.destroy()
    throw error
  }
}

/** The pool and the times of an operator stand in the URL, under MongoDB's own names, and win; what safety rests on doesn't move. */
export function connectionOptions(
  url: string,
  { appName, patienceMs }: Pick<ClientOptions, 'appName' | 'patienceMs'>,
): mongoose.ConnectOptions {
  const told = new Set([...new URLSearchParams(url.split('?')[1]).keys()].map((name) => name.toLowerCase()))
  const byDefault = {
    appName,
    maxPoolSize: 20,
    minPoolSize: 0,
    maxIdleTimeMS: 300_000,
    serverSelectionTimeoutMS: Math.min(1500, patienceMs), // each less than the patience, so that what failed says why
    connectTimeoutMS: 1500,
    heartbeatFrequencyMS: 2000,
    socketTimeoutMS: 20_000,
  }
  return {
    ...Object.fromEntries(Object.entries(byDefault).filter(([name]) => !told.has(name.toLowerCase()))),
    readPreference: 'primary',
    readConcern: { level: 'local' },
    writeConcern: { w: 'majority', journal: true },
    autoIndex: false,
    autoCreate: false,
  }
}

/** The wire version of MongoDB 6.0. */
const OLDEST = 17

/** Why a server can't be used, or nothing. */
export function serverRefusal(
  hello: { setName?: unknown; msg?: unknown; maxWireVersion?: unknown; isreplicaset?: unknown },
  version: string,
) {
  if (Number(hello.maxWireVersion) < OLDEST) return `MongoDB ${version} is too old: 6.0 or newer is needed`
  if (hello.setName || hello.msg === 'isdbgrid') return undefined
  if (hello.isreplicaset) return 'the replica set of MongoDB was not initiated: run rs.initiate() once'
  return 'MongoDB must be a replica set (transactions need one): start mongod with --replSet rs0 and run rs.initiate() once'
}

/** Why the server that stands first in a URL is not chosen, asked of it alone; nothing when it does not answer either. A set that is not initiated may be soon. */
async function refusalOfFirst(url: string, options: ClientOptions): Promise<{ refusal: string; mayPass: boolean } | undefined> {
  const { server, setName } = firstServerOf(url)
  if (server === undefined) return undefined
  const alone = { ...connectionOptions(server, options), directConnection: true }
  const connection = await opened(server, alone).catch(() => undefined)
  try {
    const hello = (await connection?.db?.command({ hello: 1 })) ?? {}
    const refusal = (connection && (await refusalOf(connection))) ?? otherNameOf(hello, setName)
    return refusal === undefined ? undefined : { refusal, mayPass: hello['isreplicaset'] === true }
  } catch {
    return undefined
  } finally {
    await connection?.destroy()
  }
}

const otherNameOf = ({ setName }: { setName?: unknown }, asked: string | null): string | undefined =>
  asked === null || setName === undefined || setName === asked
    ? undefined
    : `its replica set is called ${setName}, and replicaSet=${asked} asks for another`

/** The address of the first of several servers, as one to be asked alone; none for a URL that leaves the servers to DNS. */
export function firstServerOf(url: string): { server: string | undefined; setName: string | null } {
  const [, user = '', first = '', path = '', query = ''] =
    /^mongodb:\/\/([^/?]*@)?([^/?@,]+)[^/?@]*(\/[^?]*)?(\?.*)?$/.exec(url) ?? []
  const params = new URLSearchParams(query)
  const setName = params.get('replicaSet')
  params.delete('replicaSet')
  return { server: first === '' ? undefined : `mongodb://${user}${first}${path || '/'}?${params}`, setName }
}

async function refusalOf({ db }: mongoose.Connection): Promise<string | undefined> {
  const hello = (await db?.command({ hello: 1 })) ?? {}
  const version = Number(hello['maxWireVersion']) < OLDEST ? String((await db?.command({ buildInfo: 1 }))?.['version']) : ''
  return serverRefusal(hello, version)
}

const parts = /^(mongodb(?:\+srv)?:\/\/(?:[^/?]*@)?[^/?]+)(?:\/([^?]*))?(\?.*)?$/

/** The URL without its database, unless that is also where its user is known. */
export function serverOf(url: string): string {
  const [, server = url, , query = ''] = parts.exec(url) ?? []
  return server.includes('@') && !/[?&]authSource=/i.test(query) ? url : `${server}/${query}`
}

const databaseOf = (url: string): string | undefined => parts.exec(url)?.[2] || undefined
