import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from './failure.ts'
import type { Tokens } from './provider.ts'

/** The tokens of the person who is signed in, with the login and the program that they are for. */
export interface Kept extends Tokens {
  issuer: string
  clientId: string
}

/** A file that its owner alone may read. */
export interface TokenFile {
  path: string
  read(): Promise<Kept | undefined>
  /** Whether nobody but its owner may read it; there are no such rights on Windows. */
  isPrivate(): Promise<boolean>
  /** Replaces it in one step: who reads meanwhile finds the old or the new one, whole. */
  write(kept: Kept): Promise<void>
  remove(): Promise<void>
}

export const createTokenFile = (path: string): TokenFile => ({
  path,

  async read() {
    const text = await readFile(path, 'utf8').catch(unlessMissing)
    return text === undefined ? undefined : keptIn(text)
  },

  async isPrivate() {
    const { mode } = await stat(path)
    return process.platform === 'win32' || (mode & 0o077) === 0
  },

  async write(kept) {
    const folder = dirname(path)
    const next = `${path}.${randomUUID()}`
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(next, JSON.stringify(kept), { mode: 0o600, flag: 'wx' })
    await rename(next, path)
  },

  remove: () => rm(path, { force: true }),
})

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw new Failure(`The tokens can't be read: ${error.message}`, error)
}

/** What a file says; nothing when it is not one of ours. */
function keptIn(text: string): Kept | undefined {
  try {
    const kept = Object(JSON.parse(text)) as Record<keyof Kept, unknown>
    const isOurs = ['issuer', 'clientId', 'access_token'].every((name) => typeof kept[name as keyof Kept] === 'string')
    return isOurs && typeof kept.expiresAt === 'number' ? (kept as Kept) : undefined
  } catch {
    return undefined
  }
}
