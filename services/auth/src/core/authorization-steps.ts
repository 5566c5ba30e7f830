import type { AuthorizationRequest } from './authorization-request.ts'
import { claimsBeyond } from './claims-request.ts'
import { type ErrorCode, OAuthError } from './errors.ts'
import type { CoreDeps } from './ports.ts'
import { mayBeImpersonated } from './redirect-uri.ts'
import { includesScope } from './scope.ts'
import type { Interaction, Session } from './types.ts'

/** What is known of a request when its next page is looked for. */
export interface Standing {
  request: AuthorizationRequest
  /** Those who are signed in in this browser, the newest first. */
  sessions: readonly Session[]
  /** undefined: the request came just now. */
  interaction: Interaction | undefined
}

export type StepPage = 'sign-up' | 'choose-account' | 'sign-in' | 'consent' | 'continue-as'

type StepDeps = Pick<CoreDeps, 'consents' | 'clock' | 'subjectOf' | 'config'>

interface Step {
  page: StepPage
  /** What the client is told when `prompt=none` forbids the page (OpenID Connect Core section 3.1.2.6). */
  refusal: readonly [code: ErrorCode, description: string]
  /** `session`: the account that the request is about, as far as anybody is signed in. */
  isNeeded(standing: Standing & { session: Session | undefined }, deps: StepDeps): boolean | Promise<boolean>
}

/** The pages that may stand between a request and its answer, in this order (OpenID Connect Core section 3.1.2.3 and 3.1.2.4). */
const steps: readonly Step[] = [
  {
    page: 'sign-up',
    refusal: ['interaction_required', 'the person must make an account'],
    isNeeded: ({ request, interaction }) => request.prompt.includes('create') && !hasChosen(interaction),
  },
  {
    page: 'choose-account',
    refusal: ['account_selection_required', 'the person must choose an account'],
    isNeeded: ({ request, sessions, interaction }) =>
      request.prompt.includes('select_account') && sessions.length > 0 && !hasChosen(interaction),
  },
  { page: 'sign-in', refusal: ['login_required', 'the person must sign in'], isNeeded: mustSignIn },
  { page: 'consent', refusal: ['consent_required', 'the person must agree'], isNeeded: mustAgree },
  {
    page: 'continue-as',
    refusal: ['interaction_required', 'any program of the device could pose as this client: the person must go on'],
    isNeeded: ({ request: { client, redirect_uri } }, { config }) => mayBeImpersonated(client, redirect_uri, config),
  },
]

/** The page to show, or none: then the request can be granted. With a session, the account that it is about. */
export interface NextStep {
  page: StepPage | null
  session: Session | undefined
}

/** Decides what comes next. @throws OAuthError when `prompt=none` forbids the page, or somebody else signed in than was asked for. */
export async function nextStep(standing: Standing, deps: StepDeps): Promise<NextStep> {
  const session = accountOf(standing, deps)
  for (const { page, refusal, isNeeded } of steps) {
    if (!(await isNeeded({ ...standing, session }, deps))) continue
    if (standing.request.prompt.includes('none')) throw new OAuthError(...refusal)
    return { page, session }
  }
  return { page: null, session }
}

/**
 * The account chosen on a page of this interaction, and nobody in its place; before, the newest, or the one that was asked for. @throws OAuthError login_required when the chosen
 * one is not the one asked for (OpenID Connect Core section 3.1.2.2).
 */
function accountOf({ request, sessions, interaction }: Standing, { subjectOf }: StepDeps): Session | undefined {
  const isAskedFor = ({ sub }: Session) => request.subjects?.includes(subjectOf(request.client, sub)) ?? true
  if (!hasChosen(interaction)) return sessions.find(isAskedFor)
  const chosen = sessions.find(({ sid }) => sid === interaction?.sid)
  if (chosen && !isAskedFor(chosen)) throw new OAuthError('login_required', 'somebody else signed in than was asked for')
  return chosen
}

const hasChosen = (interaction: Interaction | undefined) => typeof interaction?.sid === 'string'

/** `prompt=login` and `max_age` want a sign-in of this interaction, or one that is new enough (OpenID Connect Core section 3.1.2.1). */
function mustSignIn(
  { request: { prompt, max_age }, interaction, session }: Standing & { session: Session | undefined },
  { clock }: StepDeps,
): boolean {
  if (!session) return true
  if (interaction?.signedIn && interaction.sid === session.sid) return false
  if (prompt.includes('login') || max_age === 0) return true
  return max_age !== undefined && clock.now() > session.authenticatedAt + max_age * 1000
}

/** Our own clients need no consent, others for what they were not allowed before; `prompt=consent` always asks. */
async function mustAgree(
  { request: { client, prompt, scope, claims }, session }: Standing & { session: Session | undefined },
  { consents }: StepDeps,
): Promise<boolean> {
  if (!session) return false
  if (prompt.includes('consent')) return true
  if (client.first_party) return false
  const remembered = await consents.find(session.sub, client.client_id)
  if (!remembered || !includesScope(remembered.scope, scope)) return true
  return !includesScope(remembered.claims ?? '', claimsBeyond(scope, claims).join(' '))
}
