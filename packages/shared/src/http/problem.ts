import Koa, { type Context, type Middleware } from 'koa'
import type { Log } from '../log.ts'
import { DatabaseUnavailable } from '../storage/unavailable.ts'
import { BodyError } from './body.ts'
import type { RequestState } from './request-id.ts'

/** Every problem of the resource services: slug -> [status, title]. The slug ends the type URI and names a section of the docs. */
export const problemTypes = {
  'invalid-request': [400, 'The request is not valid'],
  unauthenticated: [401, 'An access token is needed'],
  'invalid-token': [401, 'The access token is not valid'],
  forbidden: [403, 'This is not allowed'],
  'insufficient-scope': [403, 'The access token does not allow this'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'This method is not offered here'],
  conflict: [409, 'The state of the resource does not allow this'],
  'precondition-failed': [412, 'The resource was changed meanwhile'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body is of another type than expected'],
  'idempotency-key-reused': [422, 'The Idempotency-Key was used for another request'],
  'precondition-required': [428, 'The request must say which version it changes'],
  'too-many-requests': [429, 'Too many requests'],
  'internal-error': [500, 'Something went wrong on our side'],
  'not-implemented': [501, 'This method is not known'],
  unavailable: [503, 'The service is not available right now'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemType = keyof typeof problemTypes

export interface ProblemOptions {
  /** What is wrong this time, for whoever wrote the client. */
  detail?: string
  /** Further members of the document (RFC 9457 section 3.2). */
  extensions?: Readonly<Record<string, unknown>>
  /** Response headers, such as a challenge or retry-after. */
  headers?: Readonly<Record<string, string>>
  /** For the log only. */
  cause?: unknown
}

/** Thrown by a handler, answered as a problem document (RFC 9457 section 3). */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly type: ProblemType
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly extensions: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(type: ProblemType, { detail, extensions = {}, headers = {}, cause }: ProblemOptions = {}) {
    const [status, title] = problemTypes[type]
    super(detail ?? title, { cause })
    this.type = type
    this.status = status
    this.title = title
    this.detail = detail
    this.extensions = extensions
    this.headers = headers
  }
}

export interface ProblemsOptions {
  log: Log
  /** Where the problem types are described: `type` is this and `#slug` (RFC 9457 section 3.1.1 allows a relative reference). */
  docs?: string
}

/** Answers whatever goes wrong with a problem document; what is not for the client stays in the log (RFC 9457 section 5). */
export const problems =
  ({ log, docs = '/docs/errors' }: ProblemsOptions): Middleware<RequestState> =>
  async (ctx, next) => {
    try {
      await next()
      const unanswered = problemOfStatus(ctx)
      if (unanswered) answer(ctx, unanswered, docs)
    } catch (error) {
      if (ctx.headerSent) throw error
      const problem = problemOf(error)
      if (problem.status >= 500) log.error({ err: problem.cause ?? problem }, problem.message)
      answer(ctx, problem, docs)
    }
  }

/** The router answers an unknown path or method with a bare status. */
function problemOfStatus({ status, body }: Context): Problem | undefined {
  if (body) return undefined
  const type = typeOfStatus(status)
  return type && status >= 400 ? new Problem(type) : undefined
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof DatabaseUnavailable) return away(error)
  if (error instanceof BodyError) return new Problem(typeOfStatus(error.status) ?? 'invalid-request', { detail: error.message })
  const status = error instanceof Koa.HttpError && error.expose ? error.status : 500
  return new Problem(typeOfStatus(status) ?? (status < 500 ? 'invalid-request' : 'internal-error'), { cause: error })
}

const away = (cause: DatabaseUnavailable) =>
  new Problem('unavailable', { detail: cause.message, headers: { 'retry-after': String(cause.retryAfter) }, cause })

/** The first type of the table with this status. */
const typeOfStatus = (status: number): ProblemType | undefined => slugs.find((slug) => problemTypes[slug][0] === status)

const slugs = Object.keys(problemTypes) as ProblemType[]

function answer(ctx: Context, problem: Problem, docs: string): void {
  const { type, status, title, detail, extensions, headers } = problem
  ctx.status = status
  ctx.set({ 'cache-control': 'no-store', ...headers })
  ctx.body = JSON.stringify({ ...extensions, type: `${docs}#${type}`, title, status, detail, request_id: ctx.state.requestId })
  ctx.set('content-type', 'application/problem+json')
}
