import type { Context } from 'koa'
import { authorize } from '../core/authorization.ts'
import type { AuthorizationRequest } from '../core/authorization-request.ts'
import { nextStep, type StepPage } from '../core/authorization-steps.ts'
import { OAuthError } from '../core/errors.ts'
import { newInteraction } from '../core/interaction.ts'
import type { Consent, Interaction, Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { redirect } from './redirect.ts'
import { sendResponse } from './response-modes.ts'

/** Where an authorization request stands. `from`: the interaction it has, or the parameters that one would be made of. */
export interface Progress {
  request: AuthorizationRequest
  from: Interaction | { params: Interaction['params'] }
}

/** Sends the browser to the page that comes next, or with a code to the client. `sessions`: those of the browser, the newest first. */
export async function proceed(
  ctx: Context,
  { request, sessions, from }: Progress & { sessions: readonly Session[] },
  deps: AuthDeps,
): Promise<void> {
  const interaction = 'id' in from ? from : undefined
  const { page, session } = await nextStep({ request, sessions, interaction }, deps)
  if (page === null && session) return grant(ctx, { request, session, from }, null, deps)
  const { id } = interaction ?? (await begin(ctx, from.params, deps))
  redirect(ctx, interactionPath(id, page ?? 'sign-in'))
}

/** Goes on with the account that the person chose on a page of the interaction, by signing in or among those signed in. */
export async function proceedAs(
  ctx: Context,
  { request, interaction, session }: { request: AuthorizationRequest; interaction: Interaction; session: Session },
  { signedIn }: { signedIn: boolean },
  deps: AuthDeps,
): Promise<void> {
  const choice = { sid: session.sid, signedIn }
  await deps.interactions.choose(interaction.id, choice)
  await proceed(ctx, { request, sessions: [session], from: { ...interaction, ...choice } }, deps)
}

/** Sends the browser to the client with a code, or to the sign-in form when session, account or interaction ended meanwhile. */
export async function grant(
  ctx: Context,
  { request, session, from }: Progress & { session: Session },
  consent: Consent | null,
  deps: AuthDeps,
): Promise<void> {
  const answer = await authorize({ request, session, consent, interaction: 'id' in from ? from : undefined }, deps)
  if (answer !== undefined) {
    if (request.response_type === 'token') {
      const { client_id } = request.client
      deps.log.info({ client_id, weaker: 'implicit' }, 'an access token was put into an address')
    }
    return sendResponse(ctx, answer)
  }
  if (request.prompt.includes('none')) throw new OAuthError('login_required', 'the sign-in ended')
  const { id } = 'id' in from ? from : await begin(ctx, from.params, deps)
  redirect(ctx, `${interactionPath(id, 'sign-in')}?account=other`)
}

export const interactionPath = (id: string, page: StepPage | 'cancel'): string => `/interaction/${id}/${page}`

/** One record for each authorization request, bound to the browser that began it, so that several tabs don't get in each other's way. */
async function begin(ctx: Context, params: Interaction['params'], deps: AuthDeps): Promise<Interaction> {
  const interaction = newInteraction({ params, browser: deps.cookies.ensureBrowser(ctx) }, deps)
  await deps.interactions.insert(interaction)
  return interaction
}

/** The same for a request from which no cookie may be read: it waits, bound to no browser, and the one that sent it comes back for it. */
export async function postpone(ctx: Context, params: Interaction['params'], deps: AuthDeps): Promise<void> {
  const interaction = newInteraction({ params, browser: null }, deps)
  await deps.interactions.insert(interaction)
  redirect(ctx, `/interaction/${interaction.id}`)
}
