/** Disk full, not writable, not readable, or locked for too long by another process; a damaged file is none of these. */
const away = /^SQLITE_(BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN)/

/** Whether an error of libsql says that the file is not available. */
export const isSqliteAway = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && away.test(String(error.code))
