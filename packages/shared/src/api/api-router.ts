import { METHODS } from 'node:http'
import Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { Clock } from '../clock.ts'
import { readJson } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import type { Database } from '../storage/index.ts'
import { speaksForPerson } from '../tokens/access-token.ts'
import type { ScopeGuard, TokenState } from '../tokens/require-token.ts'
import type { Answer } from './answer.ts'
import { never, onceForKey } from './idempotency.ts'
import { nothing, parse } from './input.ts'
import type { Operation } from './operation.ts'
import { etagOf, isKnown, noPrecondition, readIfMatch } from './precondition.ts'

export interface ApiRouterDeps {
  scope: ScopeGuard
  /** Refuses callers who ask too much. */
  limit: Middleware<TokenState>
  database: Database
  clock: Clock
  /** The public base URL of the API. */
  config: { resource: string }
}

/** Routes that do what the operations say: guard, check, work, answer. */
export function createApiRouter(operations: readonly Operation[], deps: ApiRouterDeps): Router {
  const router = new Router({ methods: METHODS }) // of all that Node reads: one that a path does not have is 405, never 501
  for (const operation of operations) {
    const guards = [deps.scope(operation.scope), deps.limit, ...(operation.caller === 'anyone' ? [] : [requirePerson])]
    router[operation.method](operation.path, ...guards, perform(operation, deps))
  }
  return router
}

const perform =
  (operation: Operation, { database, clock, config }: ApiRouterDeps): Middleware<TokenState> =>
  async (ctx) => {
    const { token } = ctx.state
    const params = operation.params && parse(operation.params, ctx['params'])
    const query = parse(operation.query ?? nothing, ctx.query)
    const ifMatch = operation.precondition ? readIfMatch(ctx) : noPrecondition
    const body = operation.body && parse(operation.body, await readJson(ctx))
    const input = { token, params, query, body, ifMatch, ctx }

    const work = (once = never) => operation.handle({ ...input, once })
    const answer = operation.idempotent ? await onceForKey(ctx, { token, body, database, clock }, work) : await work()
    send(ctx, operation, answer, config.resource)
  }

function send(ctx: Context, operation: Operation, { body, version, location }: Answer, base: string): void {
  const { status } = operation.answer
  ctx.status = status
  if (version !== undefined) ctx.set('etag', etagOf(version))
  if (location !== undefined) ctx.set('location', base + location)
  if (status === 204) return
  ctx.body = body
  if (hasNext(body)) ctx.set('link', `<${nextUrl(ctx, body.next, base)}>; rel="next"`)
  if (operation.method === 'get' && version !== undefined && isKnown(ctx, version)) ctx.status = 304 // RFC 9110 section 15.4.5
}

const hasNext = (body: unknown): body is { items: unknown[]; next: string } =>
  typeof body === 'object' && body !== null && 'items' in body && 'next' in body

/** The address of the next page is that of this one with another cursor: limit and filters stay. */
function nextUrl(ctx: Context, cursor: string, base: string): string {
  const query = new URLSearchParams(ctx.querystring)
  query.set('cursor', cursor)
  return `${base}${ctx.path}?${query}`
}

/** Refuses a token that speaks for no person. */
const requirePerson: Middleware<TokenState> = (ctx, next) => {
  if (!speaksForPerson(ctx.state.token))
    throw new Problem('forbidden', { detail: 'the token speaks for no person: a client got it for itself' })
  return next()
}
