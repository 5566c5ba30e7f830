import { resolve } from 'node:path'
import { type Clock, systemClock } from '../clock.ts'
import { ExpectedError } from '../run-main.ts'
import type { Driver } from './port.ts'
import { DatabaseUnavailable } from './unavailable.ts'

export interface DriverOptions {
  clock?: Clock
  /** SQLite only: `full` also survives power loss at each commit, at the price of one fsync. */
  synchronous?: 'normal' | 'full'
  /** MongoDB only: how long a call waits at most, in milliseconds; when left out so short that a request is answered within 3 seconds. */
  patienceMs?: number
  /** MongoDB only: how long it may take to be there, as it may be starting too, in milliseconds; 10 seconds when left out. */
  startPatienceMs?: number
  /** MongoDB only: what its log and `currentOp` call this process; `menshen` when left out. */
  appName?: string | undefined
}

/** Longer than anything that goes well takes, and short enough for an answer within 3 seconds. */
const PATIENCE_MS = 2000
const START_PATIENCE_MS = 10_000

/** Opens the driver that the URL names, which is imported only then. @throws ExpectedError, one line for the person who starts it. */
export async function openDriver(url: string, options: DriverOptions): Promise<Driver> {
  const { clock = systemClock, synchronous = 'normal', patienceMs = PATIENCE_MS } = options
  if (url.startsWith('sqlite:')) {
    const { openSqlite } = await import('./sqlite.ts')
    const open = async () => openSqlite(url.slice('sqlite:'.length), { clock, synchronous })
    return open().catch(explain(url))
  }
  if (/^mongodb(\+srv)?:\/\//.test(url)) {
    const { openMongo } = await import('./mongo.ts')
    const { appName = 'menshen', startPatienceMs = START_PATIENCE_MS } = options
    return openMongo(url, { clock, patienceMs, appName, startPatienceMs }).catch(explain(url))
  }
  throw new ExpectedError('the database URL must begin with sqlite:, mongodb:// or mongodb+srv://')
}

/** Does first work on a driver; when that fails it is closed, and what is wrong is one line. @throws ExpectedError. */
export async function orClose<T>(driver: Driver, url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await driver.close()
    if (error instanceof ExpectedError) throw error
    return explain(url)(error as Error)
  }
}

/** Does work whose messages name another variable than DATABASE_URL. */
export async function naming<T>(variable: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof ExpectedError ? new ExpectedError(error.message.replaceAll('DATABASE_URL', variable)) : error
  }
}

/** Where the database is, as a person may read it: without user, password and options. */
export function placeOf(url: string): string {
  if (url.startsWith('sqlite:')) return `sqlite:${resolve(url.slice('sqlite:'.length))}`
  const [, scheme = 'mongodb://', hosts = '', name = ''] =
    /^(mongodb(?:\+srv)?:\/\/)(?:[^/?]*@)?([^@/?]+)\/([^/?@]*)/.exec(url) ?? []
  return `${scheme}${hosts}/${name}`
}

const whatOf = (url: string) =>
  url.startsWith('sqlite:')
    ? `the database file ${url.slice('sqlite:'.length)} can't be opened or written`
    : `MongoDB${atHosts(url)} can't be used`

/** One line for the person who starts the service. No cause: the error of a driver may carry the URL, and with it a password. */
const explain = (url: string) => (error: Error) => {
  const reason = error instanceof DatabaseUnavailable && error.cause instanceof Error ? error.cause : error
  throw new ExpectedError(`${whatOf(url)}: ${withoutUser(reason.message)} (DATABASE_URL)`)
}

/** The hosts of a URL with one `@` at most: with more, what is host and what is password can't be told. */
function atHosts(url: string): string {
  const [, hosts] = /^[^:]+:\/\/(?:[^@/?]*@)?([^@/?]+)(?:[/?][^@]*)?$/.exec(url) ?? []
  return hosts === undefined ? '' : ` at ${hosts}`
}

const withoutUser = (message: string) => message.replace(/\/\/.*@/gs, '//')
