import type { Context, Middleware } from 'koa'
import { authorize } from '../core/authorization.ts'
import { OAuthError } from '../core/errors.ts'
import { agreement, nextStep } from '../core/interaction.ts'
import { scopesOf } from '../core/scope.ts'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { interactionPath, proceed } from '../http/proceed.ts'
import { redirect } from '../http/redirecting-failures.ts'
import { renderPage } from '../http/render.ts'
import { currentSession } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { interactionPage, shownClient, type Waiting } from './interaction.ts'

/** `GET|POST /interaction/:id/consent`: what the app will see; agree or refuse. */
export const consentPage = (deps: AuthDeps): Middleware =>
  interactionPage(deps, async (ctx, waiting) => {
    const session = await currentSession(ctx, deps)
    const since = waiting.interaction.createdAt
    const next = await nextStep(waiting.request, { session, since }, deps)
    if (next.step !== 'consent') return proceed(ctx, { request: waiting.request, session, from: waiting.interaction }, deps)
    if (ctx.method === 'POST') await decide(ctx, waiting, next.session, deps)
    else await showForm(ctx, waiting, next.session, deps)
  })

/** A form that was shown to somebody else, or for another request, decides nothing: the page is shown again. */
async function decide(ctx: Context, waiting: Waiting, session: Session, deps: AuthDeps): Promise<void> {
  const { request, interaction } = waiting
  const form = await readPageForm(ctx)
  if (!deps.csrf.proves(form.get('csrf'), csrfParts(waiting, session))) return showForm(ctx, waiting, session, deps, 403)
  if (form.get('decision') !== 'allow') throw new OAuthError('access_denied', 'the person refused')

  const before = await deps.consents.find(session.sub, request.client.client_id)
  const consent = agreement(session.sub, request.client, request.scope, before, deps.clock.now())
  const answer = await authorize({ request, session, consent }, deps)
  redirect(ctx, answer ?? interactionPath(interaction.id, 'sign-in'))
}

async function showForm(ctx: Context, waiting: Waiting, session: Session, deps: AuthDeps, status = 200): Promise<void> {
  const { request, interaction } = waiting
  const user = await deps.users.find(session.sub)
  const client = shownClient(request)
  ctx.status = status
  await renderPage(ctx, 'consent', {
    client,
    redirectHost: client.host,
    user: { name: user?.claims['name'] ?? user?.preferred_username, username: user?.preferred_username },
    scopes: await describedScopes(ctx, request.scope, deps),
    form: { action: interactionPath(interaction.id, 'consent'), csrf: deps.csrf.token(csrfParts(waiting, session)) },
    switchAccount: { href: `${interactionPath(interaction.id, 'sign-in')}?account=other` },
    error: status === 403 ? locales[localeOf(ctx)].errors.csrf.message : undefined,
  })
}

/** The form belongs to this interaction in this browser, and to the person it names. */
const csrfParts = ({ interaction, browser }: Waiting, { sid, sub }: Session) => ['consent', interaction.id, browser, sid, sub]

/** Each scope in plain words: ours where we have some, else the API's own. */
async function describedScopes(ctx: Context, scope: string, { apis }: AuthDeps) {
  const phrases: Record<string, string> = locales[localeOf(ctx)].scopes
  const owned = (await apis.all()).flatMap(({ scopes }) => scopes)
  const describe = (name: string) =>
    (Object.hasOwn(phrases, name) ? phrases[name] : undefined) ?? owned.find((known) => known.name === name)?.description ?? name
  return scopesOf(scope).map((name) => ({ name, description: describe(name) }))
}
