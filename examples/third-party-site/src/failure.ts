import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'

/** What can go wrong for a person here, and the status of the page that says so. */
export const failures = {
  /** They said no at the login: an answer like any other. */
  refused: 200,
  /** The answer fits no sign-in that this browser started, or comes too late. */
  stale: 400,
  /** A form that another site sent. */
  foreign: 403,
  notFound: 404,
  /** The login refuses this site: a person can't mend that. */
  misconfigured: 502,
  unreachable: 503,
  unexpected: 500,
} as const

export type FailureKind = keyof typeof failures

/** A failure that has a page of its own. */
export class Failure extends Error {
  readonly kind: FailureKind
  /** The protocol's own word for it, for whoever is asked for help. */
  readonly code: string | undefined

  constructor(kind: FailureKind, { code, cause }: { code?: string; cause?: unknown } = {}) {
    super(code === undefined ? kind : `${kind} (${code})`, { cause })
    this.name = 'Failure'
    this.kind = kind
    this.code = code
  }
}

/** Finds the page for whatever was thrown. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    return new Failure(kindOfAnswer(error.error), { code: error.error.replace(/[^\w.-]/g, '?').slice(0, 64), cause: error })
  }
  if (isOutage(error)) return new Failure('unreachable', { cause: error })
  if (error instanceof ClientError) return new Failure('stale', { ...(error.code && { code: error.code }), cause: error })
  return new Failure('unexpected', { cause: error })
}

/** The login's own words (RFC 6749 sections 4.1.2.1 and 5.2); any other means that it refuses this site. */
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
