import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { ExpectedError } from '../run-main.ts'

/**
 * Takes a folder of databases for one owner, as long as its process lives or until the returned function lets it go.
 * @throws ExpectedError when another owner has it, or when nothing can be written there.
 */
export function lockFolder(folder: string, owner: string): () => void {
  const file = join(folder, `${owner}.lock`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const lock = new Libsql(file)
    // The lock of a transaction that never ends is the system's own: it goes with the process, however that ends.
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return () => lock.close()
  } catch (error) {
    throw new ExpectedError(reason(error as NodeJS.ErrnoException, { folder, owner, file }))
  }
}

const reason = (
  { code, message }: NodeJS.ErrnoException,
  { folder, owner, file }: Record<'folder' | 'owner' | 'file', string>,
) =>
  code === 'SQLITE_BUSY'
    ? `another ${owner} runs on the folder ${folder}: stop it, or name another folder (DATABASE_URL)`
    : `${file} can't be opened or written: ${message} (DATABASE_URL)`
