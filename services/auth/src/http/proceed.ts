import type { Context } from 'koa'
import { authorize } from '../core/authorization.ts'
import type { AuthorizationRequest } from '../core/authorization-request.ts'
import { OAuthError } from '../core/errors.ts'
import { newInteraction, nextStep } from '../core/interaction.ts'
import { newSecret } from '../core/secrets.ts'
import type { Consent, Interaction, Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { redirect } from './redirecting-failures.ts'

/** Where an authorization request stands. `from`: the interaction it has, or the parameters that one would be made of. */
export interface Progress {
  request: AuthorizationRequest
  session: Session | undefined
  from: Interaction | { params: Interaction['params'] }
}

/** Sends the browser to the page that comes next, or with a code to the client. */
export async function proceed(ctx: Context, { request, session, from }: Progress, deps: AuthDeps): Promise<void> {
  const since = 'id' in from ? from.createdAt : undefined
  const next = await nextStep(request, { session, since }, deps)
  if (next.step === 'done') return grant(ctx, { request, session: next.session, from }, next.consent, deps)
  const { id } = 'id' in from ? from : await begin(ctx, from.params, deps)
  redirect(ctx, interactionPath(id, next.step))
}

/** Sends the browser to the client with a code, or to the sign-in form when session, account or interaction ended meanwhile. */
export async function grant(
  ctx: Context,
  { request, session, from }: Progress & { session: Session },
  consent: Consent | null,
  deps: AuthDeps,
): Promise<void> {
  const answer = await authorize({ request, session, consent, interaction: 'id' in from ? from : undefined }, deps)
  if (answer !== undefined) return redirect(ctx, answer)
  if (request.prompt.includes('none')) throw new OAuthError('login_required', 'the sign-in ended')
  const { id } = 'id' in from ? from : await begin(ctx, from.params, deps)
  redirect(ctx, `${interactionPath(id, 'sign-in')}?account=other`)
}

export const interactionPath = (id: string, page: 'sign-in' | 'consent' | 'cancel'): string => `/interaction/${id}/${page}`

/** One record for each authorization request, bound to the browser that began it, so that several tabs don't get in each other's way. */
async function begin(ctx: Context, params: Interaction['params'], deps: AuthDeps): Promise<Interaction> {
  const known = deps.cookies.readBrowser(ctx)
  const browser = known ?? newSecret()
  if (known === undefined) deps.cookies.writeBrowser(ctx, browser)
  const interaction = newInteraction({ params, browser }, deps)
  await deps.interactions.insert(interaction)
  return interaction
}
