import type { Context, Middleware } from 'koa'
import { type AuthorizationRequest, proveAsker, readAuthorizationRequest } from '../core/authorization-request.ts'
import { createParams } from '../core/params.ts'
import { equalSecrets, sha256 } from '../core/secrets.ts'
import type { Interaction } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { PageError } from '../http/page-error.ts'
import { proceed } from '../http/proceed.ts'
import { redirectingFailures } from '../http/redirecting-failures.ts'
import { browserSessions } from '../http/session.ts'

/** What the pages of an interaction work on. */
export interface Waiting {
  interaction: Interaction
  request: AuthorizationRequest
  /** The cookie of the browser that began it. */
  browser: string
}

/**
 * Finds the interaction of a page, for the browser that began it; one that has ended restarts itself, but what was typed or decided on its page
 * still counts. What fails behind `page` goes back to the app.
 */
export const interactionPage =
  (deps: AuthDeps, page: (ctx: Context, waiting: Waiting) => Promise<void>): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    const interaction = await deps.interactions.find(ctx['params'].id)
    if (!interaction) throw new PageError('expired', 404)
    const params = createParams(interaction.params.flatMap(([name, values]) => values.map((value) => [name, value] as const)))
    ctx.state['ui_locales'] = params.get('ui_locales')
    const asker = await proveAsker(params, deps)
    await redirectingFailures(ctx, asker, deps, async () => {
      const browser = await requireBrowser(ctx, interaction, deps)
      const request = await readAuthorizationRequest(params, asker, deps)
      if (hasEnded(interaction, deps) && ctx.method !== 'POST') return restart(ctx, { interaction, request }, deps)
      await page(ctx, { interaction, request, browser })
    })
  }

/** `GET /interaction/:id`: where the browser comes back to after a POST from another site. */
export const resumePage = (deps: AuthDeps): Middleware => interactionPage(deps, (ctx, waiting) => resume(ctx, waiting, deps))

/** Goes on with whoever is signed in now. */
export const resume = async (ctx: Context, { request, interaction }: Omit<Waiting, 'browser'>, deps: AuthDeps): Promise<void> =>
  proceed(ctx, { request, sessions: await browserSessions(ctx, deps), from: interaction }, deps)

/** The browser that the interaction belongs to; when to none yet, to the first that comes for it: with a GET, which brings its cookie. */
async function requireBrowser(ctx: Context, { id, browser: owner }: Interaction, deps: AuthDeps): Promise<string> {
  const isFree = owner === null
  const browser = isFree ? deps.cookies.ensureBrowser(ctx) : deps.cookies.readBrowser(ctx)
  if (browser === undefined) throw new PageError('missingCookies', 403)
  const isOwner = isFree ? await deps.interactions.bind(id, sha256(browser)) : equalSecrets(owner ?? '', sha256(browser))
  if (!isOwner) throw new PageError('missingCookies', 403)
  return browser
}

const hasEnded = ({ finishedAt, expiresAt }: Interaction, { clock }: AuthDeps) => finishedAt !== null || expiresAt <= clock.now()

/** As if the same request came again. */
const restart = async (
  ctx: Context,
  { interaction: { params }, request }: Omit<Waiting, 'browser'>,
  deps: AuthDeps,
): Promise<void> => proceed(ctx, { request, sessions: await browserSessions(ctx, deps), from: { params } }, deps)
