import { DatabaseUnavailable } from './unavailable.ts'

/** Errors of the driver itself: nobody there, nobody who is primary, no connection free, no answer. */
const names = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'PoolClearedOnNetworkError',
])

/** Answers of a server that shuts down, steps down, has no room or no time. */
const codes = new Set([6, 7, 24, 50, 64, 89, 91, 112, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 14031])

const labels = ['RetryableWriteError', 'TransientTransactionError', 'UnknownTransactionCommitResult']

interface Told {
  code?: unknown
  hasErrorLabel?: (label: string) => boolean
}

/** Whether an error of MongoDB, or of its driver, says that it is not available. */
export function isMongoAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, hasErrorLabel } = error as Error & Told
  if (names.has(error.name) || codes.has(Number(code))) return true
  return hasErrorLabel !== undefined && labels.some((label) => hasErrorLabel.call(error, label))
}

/** Does work that MongoDB is asked for. @throws DatabaseUnavailable when it is away, at the latest when the patience is over. */
export async function reaching<T>(work: () => Promise<T>, patienceMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseUnavailable(new Error(`no answer in ${patienceMs} ms`))), patienceMs)
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    throw isMongoAway(error) ? new DatabaseUnavailable(error) : error
  } finally {
    clearTimeout(timer)
  }
}
