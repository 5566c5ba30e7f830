import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'

/** What can go wrong for a person in a module, and the status of the page that says so. */
export const failures = {
  /** They said no at the login: an answer like any other. */
  refused: 200,
  /** The answer fits no sign-in that this browser started, or comes too late. */
  stale: 400,
  /** A form that another site sent. */
  foreign: 403,
  notFound: 404,
  /** A form with more than there is room for. */
  tooLong: 413,
  /** The login or an API refuses the module: a person can't mend that. */
  misconfigured: 502,
  unreachable: 503,
  unexpected: 500,
} as const

export type FailureKind = keyof typeof failures

/** A failure that deserves a page of the module's own. */
export class Failure extends Error {
  readonly kind: FailureKind
  /** The protocol's own word for it, for whoever is asked for help. */
  readonly code: string | undefined
  readonly status: number

  constructor(kind: FailureKind, { code, cause }: { code?: string; cause?: unknown } = {}) {
    super(code === undefined ? kind : `${kind} (${code})`, { cause })
    this.name = 'Failure'
    this.kind = kind
    this.code = code
    this.status = failures[kind]
  }
}

/** The login no longer stands, and the session has ended here: only a new sign-in helps. `required` starts one when it is thrown. */
export class SignInAgain extends Error {
  /** Whether the login ended it, or an API refused a token that the login had just given. */
  readonly reason: 'ended' | 'refused'

  constructor(reason: SignInAgain['reason'], cause?: unknown) {
    super(`the sign-in ${reason === 'ended' ? 'has ended' : 'is refused by an API'}`, { cause })
    this.name = 'SignInAgain'
    this.reason = reason
  }
}

/** Finds the failure that stands for whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return new Failure(kindOfAnswer(error.error), { code: error.error.replace(/[^\w.-]/g, '?').slice(0, 64), cause: error })
  }
  if (isOutage(error)) return new Failure('unreachable', { cause: error })
  if (error instanceof ClientError) return new Failure('stale', { ...(error.code && { code: error.code }), cause: error })
  return new Failure('unexpected', { cause: error })
}

/** The login's own words (RFC 6749 sections 4.1.2.1 and 5.2); any other means that it refuses this module. */
const answers = new Map<string, FailureKind>([
  ['access_denied', 'refused'],
  ['invalid_grant', 'stale'],
  ['login_required', 'stale'],
  ['server_error', 'unreachable'],
  ['temporarily_unavailable', 'unreachable'],
])

const kindOfAnswer = (code: string): FailureKind => answers.get(code) ?? 'misconfigured'

/** Whether nobody answered, or not in the protocol's words; known by name, as causes may come from another realm. */
function isOutage(error: unknown): boolean {
  if (!isObject(error)) return false
  const { name, message, code, cause } = error
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' || code === 'OAUTH_RESPONSE_IS_NOT_JSON') return true
  return name === 'TimeoutError' || (name === 'TypeError' && message === 'fetch failed') || isOutage(cause)
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
