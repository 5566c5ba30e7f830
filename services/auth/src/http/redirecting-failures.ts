import { DatabaseUnavailable } from '@menshen/shared/storage/unavailable'
import type { Context } from 'koa'
import { hasWordsFor } from '../compat/in-words-of.ts'
import type { Asker } from '../core/authorization-request.ts'
import { failureOf, homeOf } from '../core/authorization-response.ts'
import { OAuthError } from '../core/errors.ts'
import type { AuthDeps } from '../deps.ts'
import { asFailure, logFailure } from './errors.ts'
import { PageError } from './page-error.ts'
import { sendResponse } from './response-modes.ts'

/**
 * Runs a step of an authorization request; what fails goes to the client that asked (RFC 6749 section 4.1.2.1), but
 * what only the person can mend, or should wait for, is shown to them.
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
    if (error instanceof PageError) throw error.offering({ href: homeOf(asker), name: asker.client.client_name })
    if (error instanceof DatabaseUnavailable) throw error // the person tries again here, and loses nothing of what they did
    const failure = asFailure(error)
    if (!hasWordsFor(asker.client, failure)) throw namingApp(failure, asker)
    logFailure(log, failure)
    await sendResponse(ctx, failureOf(asker, failure, config.issuer))
  }
}

/** The same failure for a page, which shows whose request it was and the way back. */
const namingApp = ({ code, message, status, headers, detail, cause }: OAuthError, { client: { client_id } }: Asker) =>
  new OAuthError(code, message, { status, headers, detail: { ...detail, client_id }, cause })
