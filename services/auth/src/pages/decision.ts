import type { Context, Middleware } from 'koa'
import { nextStep } from '../core/authorization-steps.ts'
import { claimsBeyond } from '../core/claims-request.ts'
import { OAuthError } from '../core/errors.ts'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { interactionPath, proceed } from '../http/proceed.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { interactionPage, type Waiting } from './interaction.ts'
import { shownClient, shownPerson } from './shown.ts'

/** A request as one person sees it on a page that asks for a decision. */
export interface Deciding extends Waiting {
  session: Session
}

interface DecisionPage {
  page: 'consent' | 'continue-as'
  /** What the page shows besides app and person. */
  shown(ctx: Context, deciding: Deciding): Promise<object>
  allow(ctx: Context, deciding: Deciding): Promise<void>
}

/** A page on which the person says yes or no to the app; a no ends the interaction (RFC 6749 section 4.1.2.1, `access_denied`). */
export const decisionPage = (deps: AuthDeps, { page, shown, allow }: DecisionPage): Middleware =>
  interactionPage(deps, async (ctx, waiting) => {
    const { request, interaction } = waiting
    const all = await browserSessions(ctx, deps)
    const decision = ctx.method === 'POST' ? await readDecision(ctx, waiting, all, page, deps) : undefined
    if (decision && !decision.allowed) {
      await deps.interactions.finish(interaction.id, deps.clock.now())
      throw new OAuthError('access_denied', 'the person refused')
    }

    const sessions = decision ? [decision.session] : all
    const next = await nextStep({ request, sessions, interaction }, deps)
    if (next.page !== page || !next.session) return proceed(ctx, { request, sessions, from: interaction }, deps)
    const deciding = { ...waiting, session: next.session }
    if (decision) return allow(ctx, deciding)
    ctx.status = ctx.method === 'POST' ? 403 : 200
    await renderPage(ctx, page, {
      client: shownClient(request),
      user: await shownPerson(next.session.sub, deps),
      form: { action: interactionPath(interaction.id, page), csrf: deps.csrf.token(csrfParts(page, deciding)) },
      switchAccount: { href: otherAccount(interaction.id, all) },
      error: ctx.status === 403 ? locales[localeOf(ctx)].errors.csrf.message : undefined,
      ...(await shown(ctx, deciding)),
    })
  })

/**
 * What was decided, and by whom: the person to whom the page was shown, while they are signed in here and nobody else took the interaction over.
 * Nothing when it was shown for anything else than is asked now.
 */
async function readDecision(
  ctx: Context,
  waiting: Waiting,
  sessions: readonly Session[],
  page: string,
  { csrf }: AuthDeps,
): Promise<{ allowed: boolean; session: Session } | undefined> {
  const form = await readPageForm(ctx)
  const token = form.get('csrf')
  const session = sessions.find((session) => csrf.proves(token, csrfParts(page, { ...waiting, session })))
  if (!session) return undefined
  const chosen = waiting.interaction.sid ?? session.sid
  return chosen === session.sid ? { allowed: form.get('decision') === 'allow', session } : undefined
}

/** The form belongs to this interaction in this browser, to the person it names, and to what it shows: a client may be changed meanwhile. */
const csrfParts = (page: string, { interaction, browser, request, session }: Deciding) => [
  page,
  interaction.id,
  browser,
  session.sid,
  session.sub,
  request.scope,
  ...claimsBeyond(request.scope, request.claims),
  request.redirect_uri,
]

/** Among several who are signed in here one chooses; else somebody else signs in. */
const otherAccount = (id: string, sessions: readonly Session[]) =>
  sessions.length > 1 ? interactionPath(id, 'choose-account') : `${interactionPath(id, 'sign-in')}?account=other`
