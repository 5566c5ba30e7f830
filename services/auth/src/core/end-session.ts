import { randomUUID } from 'node:crypto'
import { standingClient } from './client.ts'
import { type IdTokenHint, readIdTokenHint } from './id-token-hint.ts'
import { typedId } from './identifiers.ts'
import type { Keys } from './keys.ts'
import { type Params, requireSingle } from './params.ts'
import type { CoreDeps } from './ports.ts'
import type { Client, EndedSession, Session, SignOut, SignOutFault } from './types.ts'

/** How long its page may stay open, in milliseconds. */
const lifetime = 3_600_000

type ReadingDeps = Pick<CoreDeps, 'clients' | 'clock' | 'config'> & { signing: Pick<Keys, 'verify'> }

/**
 * Reads what an app asks of `end_session` (RP-Initiated Logout 1.0 section 2). What is wrong with it is noted: then it leads nowhere, and the person
 * is asked. @throws OAuthError invalid_request when a parameter is repeated.
 */
export async function readSignOut(params: Params, deps: ReadingDeps): Promise<SignOut> {
  requireSingle(params)
  const id_token_hint = params.get('id_token_hint')
  const hint = id_token_hint === undefined ? undefined : await readIdTokenHint(id_token_hint, deps)
  const client_id = params.get('client_id') ?? hint?.aud
  const client = client_id === undefined ? undefined : await standingClient(client_id, deps)
  const asked = { id_token_hint, hint, client_id, client, uri: params.get('post_logout_redirect_uri') }
  const fault = faultOf(asked)
  return {
    ...newSignOut(deps),
    client_id: client?.client_id ?? null,
    hint: fault === null && hint ? { sub: hint.sub, sid: hint.sid } : null,
    post_logout_redirect_uri: fault === null ? (asked.uri ?? null) : null,
    state: params.get('state') ?? null,
    logout_hint: params.get('logout_hint') ?? null,
    ui_locales: params.get('ui_locales') ?? null,
    fault,
  }
}

/** One that nobody but the person asks for. */
export const newSignOut = ({ clock }: Pick<CoreDeps, 'clock'>): SignOut => ({
  id: randomUUID(),
  client_id: null,
  hint: null,
  post_logout_redirect_uri: null,
  state: null,
  logout_hint: null,
  ui_locales: null,
  fault: null,
  browser: null,
  ended: null,
  expiresAt: clock.now() + lifetime,
})

interface Asked {
  id_token_hint: string | undefined
  hint: IdTokenHint | undefined
  client_id: string | undefined
  client: Client | undefined
  uri: string | undefined
}

/** What can't be followed: a redirect needs the client that registered it, exactly so (RP-Initiated Logout section 3). */
function faultOf({ id_token_hint, hint, client_id, client, uri }: Asked): SignOutFault | null {
  if (id_token_hint !== undefined && (!hint || hint.aud !== client_id)) return 'id_token_hint'
  if (client_id !== undefined && !client) return 'client_id'
  if (uri !== undefined && !client?.post_logout_redirect_uris?.includes(uri)) return 'post_logout_redirect_uri'
  return null
}

export interface SignOutPlan {
  /** What ends without a question: the app showed an ID token of it. */
  ending: EndedSession[]
  /** Of whom the person is asked; nobody: there is nothing to ask. */
  asked: Session[]
  fault: SignOutFault | null
}

type PlanningDeps = Pick<CoreDeps, 'clients' | 'sessions' | 'users' | 'subjectOf' | 'clock'>

/** What is to end, and of whom the person is asked first. `sessions`: those of this browser. */
export async function planSignOut(
  { signOut, sessions }: { signOut: SignOut; sessions: readonly Session[] },
  deps: PlanningDeps,
): Promise<SignOutPlan> {
  const { hint, client_id, fault } = signOut
  const client = client_id === null ? undefined : await standingClient(client_id, deps)
  if (!hint || !client) return { ending: [], asked: await hintedFirst(signOut, sessions, deps), fault }
  const theirs = sessions.filter(({ sid, sub }) => sid === hint.sid || deps.subjectOf(client, sub) === hint.sub)
  const { signsOn, ...named } = await hintedSession(hint.sid, deps)
  const isElsewhere = theirs.length === 0 && sessions.length > 0 && signsOn
  if (isElsewhere) return { ending: [], asked: [...sessions], fault: 'someone_else' }
  const others = theirs.filter(({ sid }) => sid !== named.session?.sid)
  return {
    ending: [...others, ...(named.session ? [named.session] : [])].map(({ sid, sub }) => ({ sid, sub })),
    asked: [],
    fault,
  }
}

/** The session of an ID token, unless it has ended, and whether it still signs on. */
async function hintedSession(
  sid: string,
  { sessions, clock }: PlanningDeps,
): Promise<{ session?: EndedSession; signsOn: boolean }> {
  const session = await sessions.find(sid)
  if (session?.endedAt !== null) return { signsOn: false }
  return { session, signsOn: session.browser !== null && session.idleUntil > clock.now() }
}

/** Of the person that `logout_hint` names by `sid`, subject or what they sign in with; of all when it names nobody here. */
async function hintedFirst({ logout_hint }: SignOut, sessions: readonly Session[], { users }: PlanningDeps): Promise<Session[]> {
  if (logout_hint === null) return [...sessions]
  const typed = await users.identify(typedId(logout_hint))
  const named = sessions.filter(({ sid, sub }) => sid === logout_hint || sub === logout_hint || sub === typed?.sub)
  return named.length > 0 ? named : [...sessions]
}

/** Where the browser goes when it is done; nothing when the app named no place (RP-Initiated Logout section 3). */
export function postLogoutUrl({ post_logout_redirect_uri: uri, state }: SignOut): string | undefined {
  if (uri === null || state === null) return uri ?? undefined
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
}
