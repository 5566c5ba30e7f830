import type { Context, Middleware } from 'koa'
import { type AuthorizationRequest, proveAsker, readAuthorizationRequest } from '../core/authorization-request.ts'
import { createParams } from '../core/params.ts'
import { equalSecrets, sha256 } from '../core/secrets.ts'
import type { Interaction } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { PageError } from '../http/page-error.ts'
import { redirect, redirectingFailures } from '../http/redirecting-failures.ts'

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
    const browser = deps.cookies.readBrowser(ctx)
    const interaction = await deps.interactions.find(ctx['params'].id)
    if (!interaction) throw new PageError('expired', 404)
    if (browser === undefined || !equalSecrets(interaction.browser, sha256(browser))) throw new PageError('missingCookies', 403)
    const ended = interaction.finishedAt !== null || interaction.expiresAt <= deps.clock.now()
    if (ended && ctx.method !== 'POST') return redirect(ctx, restartUrl(interaction))

    const params = createParams(pairs(interaction))
    const asker = await proveAsker(params, deps)
    await redirectingFailures(ctx, asker, deps, async () => {
      const request = await readAuthorizationRequest(params, asker, deps)
      ctx.state['ui_locales'] = request.ui_locales
      await page(ctx, { interaction, request, browser })
    })
  }

const restartUrl = (interaction: Interaction) => `/oauth2/authorize?${new URLSearchParams(pairs(interaction))}`

const pairs = ({ params }: Interaction) =>
  params.flatMap(([name, values]) => values.map((value): [string, string] => [name, value]))

/** What a page shows of the app that asks. */
export const shownClient = ({ client, redirect_uri }: AuthorizationRequest) => ({
  name: client.client_name,
  uri: client.client_uri,
  first_party: client.first_party,
  host: new URL(redirect_uri).host,
})
