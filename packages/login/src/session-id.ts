import { createHash, randomBytes } from 'node:crypto'
import type { Context } from 'koa'
import { readCookie } from './cookies.ts'
import type { LoginDeps } from './deps.ts'
import type { Session } from './session.ts'

/** 256 random bits. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** A random id, from which only its holder can tell later whose session it was, even when the session is long gone. */
export function newSessionId(sub: string): string {
  const secret = newSecret()
  return `${secret}.${markOf(secret, sub)}`
}

/** Whether the session with this id was this person's. */
export function wasSessionOf(id: string, sub: string): boolean {
  const [secret = '', mark] = id.split('.')
  return mark === markOf(secret, sub)
}

const markOf = (secret: string, sub: string) => createHash('sha256').update(`${secret} ${sub}`).digest('base64url').slice(0, 22)

/** The id this browser came with, if it has the form of one of ours. */
export function sessionIdOf(ctx: Context, deps: LoginDeps): string | undefined {
  const id = readCookie(ctx, '', deps)
  return id !== undefined && /^[\w-]{43}\.[\w-]{22}$/.test(id) ? id : undefined
}

/** The session of the browser that asks. */
export async function findSession(ctx: Context, deps: LoginDeps): Promise<{ id: string; session: Session } | undefined> {
  const id = sessionIdOf(ctx, deps)
  const session = id === undefined ? undefined : await deps.store.get(id)
  return id !== undefined && session ? { id, session } : undefined
}
