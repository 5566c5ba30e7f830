/**
 * The database can't be reached, read or written right now, by no fault of the caller. Whether a write was carried out is not known: who tries again
 * must be able to.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
  /** What a caller is told to wait, in seconds (RFC 9110 section 10.2.3). */
  readonly retryAfter = 2

  constructor(cause: unknown) {
    super('the database is not available', { cause })
  }
}
