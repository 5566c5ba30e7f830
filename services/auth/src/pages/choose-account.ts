import type { Context, Middleware } from 'koa'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { interactionPath, proceedAs } from '../http/proceed.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { entranceParts } from './entrance.ts'
import { interactionPage, resume, type Waiting } from './interaction.ts'
import { shownClient, shownPerson } from './shown.ts'

/** `GET|POST /interaction/:id/choose-account`: one of those signed in in this browser, or another (OpenID Connect Core section 3.1.2.1). */
export const chooseAccountPage = (deps: AuthDeps): Middleware =>
  interactionPage(deps, async (ctx, waiting) => {
    const sessions = await browserSessions(ctx, deps)
    if (sessions.length === 0) return resume(ctx, waiting, deps)
    const chosen = ctx.method === 'POST' ? await readChoice(ctx, waiting, sessions, deps) : undefined
    if (chosen) return proceedAs(ctx, { ...waiting, session: chosen }, { signedIn: false }, deps)
    await showAccounts(ctx, waiting, sessions, deps)
  })

/** The account pressed; nothing when it is not signed in here any more, or the form is not ours. */
async function readChoice(
  ctx: Context,
  waiting: Waiting,
  sessions: readonly Session[],
  { csrf }: AuthDeps,
): Promise<Session | undefined> {
  const form = await readPageForm(ctx)
  if (!csrf.proves(form.get('csrf'), csrfParts(waiting))) return undefined
  return sessions.find(({ sid }) => sid === form.get('sid'))
}

async function showAccounts(ctx: Context, waiting: Waiting, sessions: readonly Session[], deps: AuthDeps): Promise<void> {
  const { id } = waiting.interaction
  ctx.status = ctx.method === 'POST' ? 403 : 200
  await renderPage(ctx, 'choose-account', {
    client: shownClient(waiting.request),
    accounts: await Promise.all(sessions.map(async ({ sid, sub }) => ({ sid, ...(await shownPerson(sub, deps)) }))),
    form: { action: interactionPath(id, 'choose-account'), csrf: deps.csrf.token(csrfParts(waiting)) },
    otherAccount: { href: `${interactionPath(id, 'sign-in')}?account=other` },
    back: { action: interactionPath(id, 'cancel'), csrf: deps.csrf.token(entranceParts(waiting)) },
    error: ctx.status === 403 ? locales[localeOf(ctx)].errors.csrf.message : undefined,
  })
}

const csrfParts = ({ interaction, browser }: Waiting): string[] => ['choose-account', interaction.id, browser]
