import { DatabaseUnavailable } from './unavailable.ts'

/** Errors of the driver itself: nobody there, nobody who is primary, no connection free, no answer. */
const names = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'PoolClearedOnNetworkError',
  'MongoStalePrimaryError',
  'MongoExpiredSessionError',
])

/** Answers of a server that shuts down, steps down, has just come back, has no room or no time. */
const codes = new Set([6, 7, 24, 50, 64, 89, 91, 112, 134, 189, 246, 251, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031])

/** What the system says of a connection that has just ended: the driver passes some of it on as it is. */
const ended = new Set(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'ETIMEDOUT'])

const labels = ['RetryableWriteError', 'TransientTransactionError', 'UnknownTransactionCommitResult']

interface Told {
  code?: unknown
  hasErrorLabel?: (label: string) => boolean
}

/** Whether an error of MongoDB, or of its driver, says that it is not available. */
export function isMongoAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, hasErrorLabel, cause } = error as Error & Told
  if (names.has(error.name) || codes.has(Number(code)) || ended.has(String(code))) return true
  if (hasErrorLabel !== undefined && labels.some((label) => hasErrorLabel.call(error, label))) return true
  return cause !== undefined && isMongoAway(cause)
}

/** So long after a failure the next call fails, too, in milliseconds: a request that asks a second time, to clean up, does not wait twice. */
const AFTERSHOCK_MS = 100

/**
 * What does work that MongoDB is asked for. It throws DatabaseUnavailable when MongoDB is away: at the latest when the patience, in milliseconds, is
 * over.
 */
export function createReach(patienceMs: () => number): <T>(work: () => Promise<T>) => Promise<T> {
  let failed: { at: number; error: DatabaseUnavailable } | undefined

  function unavailable(cause: unknown): DatabaseUnavailable {
    const error = cause instanceof DatabaseUnavailable ? cause : new DatabaseUnavailable(cause)
    failed = { at: performance.now(), error }
    return error
  }

  return async (work) => {
    if (failed && performance.now() - failed.at < AFTERSHOCK_MS) throw new DatabaseUnavailable(failed.error.cause)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(unavailable(new Error(`no answer in ${patienceMs()} ms`))), patienceMs())
    })
    try {
      return await Promise.race([work(), late])
    } catch (error) {
      throw isMongoAway(error) ? unavailable(error) : error
    } finally {
      clearTimeout(timer)
    }
  }
}
