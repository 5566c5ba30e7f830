import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ExpectedError } from '@menshen/shared/run-main'

/** The keys that seal secrets at rest: those that were set, or outside production one of our own, made once into a file that only we can read. */
export async function loadSecretsKeys({
  secretsKeys,
  secretsFile,
}: {
  secretsKeys: readonly string[]
  secretsFile: string
}): Promise<readonly string[]> {
  if (secretsKeys.length > 0) return secretsKeys
  try {
    await makeOnce(secretsFile)
    const key = (await readFile(secretsFile, 'utf8')).trim()
    if (key.length < 32) throw new Error('it holds no key of 32 characters or more: put back the one it had, or set SECRETS_KEY')
    return [key]
  } catch (error) {
    throw new ExpectedError(`the key file ${secretsFile} can't be made or read (SECRETS_FILE): ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** Of processes that start at once the first makes it, and the others read what it made. */
async function makeOnce(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const made = `${file}.${randomUUID()}`
  try {
    await writeFile(made, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 }) // a full disk may leave half of it
    await link(made, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(made, { force: true })
  }
}
