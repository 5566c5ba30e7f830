import type { Middleware } from 'koa'
import { OAuthError } from '../core/errors.ts'
import type { AuthDeps } from '../deps.ts'
import { readPageForm } from '../http/form.ts'
import { PageError } from '../http/page-error.ts'
import { entranceParts } from './entrance.ts'
import { interactionPage } from './interaction.ts'

/** `POST /interaction/:id/cancel`: back to the app without signing in (OpenID Connect Core section 3.1.2.6). */
export const cancelPage = (deps: AuthDeps): Middleware =>
  interactionPage(deps, async (ctx, waiting) => {
    const form = await readPageForm(ctx)
    if (!deps.csrf.proves(form.get('csrf'), entranceParts(waiting))) throw new PageError('missingCookies', 403)
    await deps.interactions.finish(waiting.interaction.id, deps.clock.now())
    throw new OAuthError('access_denied', 'the person did not sign in')
  })
