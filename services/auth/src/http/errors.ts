import type { Log } from '@menshen/shared/log'
import { DatabaseUnavailable } from '@menshen/shared/storage/unavailable'
import type { Context, Middleware } from 'koa'
import { OAuthError } from '../core/errors.ts'

/** A door that failures leave by: each is logged, and told in the words of those who call there; anything unknown is a bug: logged, never echoed. */
export const failureDoor =
  ({ log }: { log: Log }, tell: (ctx: Context, failure: OAuthError) => void): Middleware =>
  async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const failure = asFailure(error)
      logFailure(log, failure)
      ctx.set(failure.headers)
      tell(ctx, failure)
    }
  }

/** That of the JSON endpoints (RFC 6749 section 5.2). */
export const jsonErrors = (deps: { log: Log }): Middleware =>
  failureDoor(deps, (ctx, failure) => {
    ctx.status = failure.status
    ctx.set({ 'cache-control': 'no-store', pragma: 'no-cache' })
    ctx.body = { error: failure.code, error_description: failure.message }
  })

/** Any failure as one that may be shown. */
export function asFailure(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error
  if (!(error instanceof DatabaseUnavailable))
    return new OAuthError('server_error', 'something went wrong here', { cause: error })
  const headers = { 'retry-after': String(error.retryAfter) }
  return new OAuthError('temporarily_unavailable', error.message, { headers, cause: error })
}

/** What went wrong, with what only the log may know. */
export function logFailure(log: Log, { code, message, status, detail, cause }: OAuthError): void {
  const line = { error: code, detail, ...(cause !== undefined && { err: cause }) }
  if (status >= 500) log.error(line, message)
  else log.info(line, message)
}
