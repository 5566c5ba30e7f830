import type { Context } from 'koa'
import type { Asker } from '../core/authorization-request.ts'
import { errorUrl } from '../core/authorization-response.ts'
import type { AuthDeps } from '../deps.ts'
import { asFailure, logFailure } from './errors.ts'
import { PageError } from './page-error.ts'

/**
 * Runs a step of an authorization request; what fails goes to the client that asked (RFC 6749 section 4.1.2.1), but
 * what only the person can mend is shown to them.
 */
export async function redirectingFailures(
  ctx: Context,
  asker: Asker,
  { log, config }: AuthDeps,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (error instanceof PageError) throw error
    const failure = asFailure(error)
    logFailure(log, failure, ctx.state['requestId'])
    redirect(ctx, errorUrl(asker, failure, config.issuer))
  }
}

/** 303: whatever came, the browser goes on with a GET and sends no form along (RFC 9700 section 4.12). */
export function redirect(ctx: Context, url: string): void {
  ctx.redirect(url)
  ctx.status = 303
}
