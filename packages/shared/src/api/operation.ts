import type { Context } from 'koa'
import type { z } from 'zod'
import type { ProblemType } from '../http/problem.ts'
import type { TokenState } from '../tokens/require-token.ts'
import type { Answer } from './answer.ts'
import type { Once } from './idempotency.ts'
import type { Precondition } from './precondition.ts'

/** Strings of the path, one for each `:name` in it. */
export type ParamsSchema = z.ZodObject
/** Strict: what it does not name is refused. */
export type QuerySchema = z.ZodObject
export type BodySchema = z.ZodType

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

/** What a handler works on: all of it checked. */
export interface Input<P, Q, B> {
  /** The access token that came. */
  token: TokenState['token']
  params: Parsed<P>
  query: Parsed<Q>
  body: Parsed<B>
  /** What `If-Match` demands of the version that is changed; only with `precondition`. */
  ifMatch: Precondition
  /** The operations that keep this answer under the request's `Idempotency-Key`, to be part of the creating transaction; only with `idempotent`. */
  once: Once
  ctx: Context
}

/**
 * One method of one path: what it takes, who may, what it answers and what it does. The router, the checks of the input, the OpenAPI document and the
 * reference page are all made from it.
 */
export interface OperationDefinition<P, Q, B, A extends z.ZodType> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** As @koa/router takes it: `/projects/:projectId/tasks`. */
  path: string
  /** The `operationId` of the document, camelCase, unique in the API. */
  id: string
  /** One line without a full stop. */
  summary: string
  description?: string
  /** The heading that it stands under. */
  tag: string
  /** What the access token must contain. */
  scope: string
  /** `person` (the default): a token that a client got for itself is refused. `anyone`: it will do. */
  caller?: 'person' | 'anyone'
  params?: P
  query?: Q
  body?: B
  /** The answer when all is well; no schema: no body. */
  answer: { status: 200 | 201 | 204; about: string; schema?: A }
  /** Problems it may answer with besides those that follow from the rest. */
  problems?: readonly ProblemType[]
  /** Changes need `If-Match` (RFC 9110 section 13.1.1): 428 without (RFC 6585 section 3), 412 when it is stale. */
  precondition?: 'if-match'
  /** The answer carries an `ETag`. */
  versioned?: boolean
  /** A creating POST that takes an `Idempotency-Key`. */
  idempotent?: boolean
  handle(input: Input<P, Q, B>): Promise<Answer<z.output<A>>>
}

// biome-ignore lint/suspicious/noExplicitAny: an operation of any schemas; they are checked where it is defined
export type Operation = OperationDefinition<any, any, any, any>

/** Checks the handler against the schemas beside it. */
export function operation<
  P extends ParamsSchema | undefined = undefined,
  Q extends QuerySchema | undefined = undefined,
  B extends BodySchema | undefined = undefined,
  A extends z.ZodType = z.ZodUndefined,
>(definition: OperationDefinition<P, Q, B, A>): Operation {
  return definition
}
