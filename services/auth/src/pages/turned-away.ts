import type { Context } from 'koa'
import { OAuthError } from '../core/errors.ts'
import type { AuthDeps } from '../deps.ts'
import { logFailure } from '../http/errors.ts'
import { localeOf } from '../http/locale.ts'
import { locales } from '../locales/index.ts'

/** What a form says to who is to try again later (429, 503), in their language; sets Retry-After. @throws any other failure again. */
export function turnedAway(ctx: Context, error: unknown, { log }: AuthDeps): { error: { says: string }; status: number } {
  if (!(error instanceof OAuthError) || error.code !== 'temporarily_unavailable') throw error
  logFailure(log, error)
  ctx.set(error.headers)
  const { errors } = locales[localeOf(ctx)]
  const says = error.status === 429 ? errors.tooManyTries(Number(error.headers['retry-after'])) : errors.tooBusy.message
  return { error: { says }, status: error.status }
}
