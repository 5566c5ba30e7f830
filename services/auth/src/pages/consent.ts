import type { Context, Middleware } from 'koa'
import { OAuthError } from '../core/errors.ts'
import { agreement, nextStep } from '../core/interaction.ts'
import { scopesOf } from '../core/scope.ts'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { grant, interactionPath, proceed } from '../http/proceed.ts'
import { renderPage } from '../http/render.ts'
import { currentSession } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { interactionPage, shownClient, type Waiting } from './interaction.ts'

/** `GET|POST /interaction/:id/consent`: what the app will see; agree or refuse. */
export const consentPage = (deps: AuthDeps): Middleware =>
  interactionPage(deps, async (ctx, waiting) => {
    const { request, interaction } = waiting
    const session = await currentSession(ctx, deps)
    const decision = ctx.method === 'POST' ? await readDecision(ctx, waiting, session, deps) : undefined
    if (decision === 'deny') {
      await deps.interactions.finish(interaction.id, deps.clock.now())
      throw new OAuthError('access_denied', 'the person refused')
    }

    const next = await nextStep(request, { session, since: interaction.createdAt }, deps)
    if (next.step !== 'consent') return proceed(ctx, { request, session, from: interaction }, deps)
    if (decision === 'allow') return allow(ctx, waiting, next.session, deps)
    await showForm(ctx, waiting, next.session, deps, ctx.method === 'POST' ? 403 : 200)
  })

/** What the person decided; nothing when the form was shown to somebody else, or for anything else than is asked now. */
async function readDecision(
  ctx: Context,
  waiting: Waiting,
  session: Session | undefined,
  { csrf }: AuthDeps,
): Promise<'allow' | 'deny' | undefined> {
  const form = await readPageForm(ctx)
  if (!session || !csrf.proves(form.get('csrf'), csrfParts(waiting, session))) return undefined
  return form.get('decision') === 'allow' ? 'allow' : 'deny'
}

async function allow(ctx: Context, { request, interaction }: Waiting, session: Session, deps: AuthDeps): Promise<void> {
  const before = await deps.consents.find(session.sub, request.client.client_id)
  const consent = agreement(session.sub, request.client, request.scope, before, deps.clock.now())
  await grant(ctx, { request, session, from: interaction }, consent, deps)
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

/** The form belongs to this interaction in this browser, to the person it names, and to what it shows: a client may be changed meanwhile. */
const csrfParts = ({ interaction, browser, request }: Waiting, { sid, sub }: Session) => [
  'consent',
  interaction.id,
  browser,
  sid,
  sub,
  request.scope,
  request.redirect_uri,
]

/** Each scope in plain words: ours where we have some, else the API's own. */
async function describedScopes(ctx: Context, scope: string, { apis }: AuthDeps) {
  const phrases: Record<string, string> = locales[localeOf(ctx)].scopes
  const owned = (await apis.all()).flatMap(({ scopes }) => scopes)
  const describe = (name: string) =>
    (Object.hasOwn(phrases, name) ? phrases[name] : undefined) ?? owned.find((known) => known.name === name)?.description ?? name
  return scopesOf(scope).map((name) => ({ name, description: describe(name) }))
}
