import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The keys that seal secrets at rest: those that were set, or outside production one of our own, made once into a file that only we can read. */
export async function loadSecretsKeys({
  secretsKeys,
  secretsFile,
}: {
  secretsKeys: readonly string[]
  secretsFile: string
}): Promise<readonly string[]> {
  if (secretsKeys.length > 0) return secretsKeys
  await mkdir(dirname(secretsFile), { recursive: true })
  try {
    await writeFile(secretsFile, `${randomBytes(32).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return [(await readFile(secretsFile, 'utf8')).trim()]
}
