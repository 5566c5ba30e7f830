import type Router from '@koa/router'
import { type ApiRouterDeps, createApiRouter } from './api-router.ts'
import { type ApiInfo, openApiDocument } from './openapi.ts'
import type { Operation } from './operation.ts'
import type { Page } from './reference.ts'

/** An API as its service describes it. */
export interface ApiDescription extends Omit<ApiInfo, 'server' | 'issuer'> {
  operations: readonly Operation[]
}

export interface ApiDeps extends ApiRouterDeps {
  config: { resource: string; issuer: string }
}

/**
 * The routes of an API: its operations, the document that describes them (`GET /openapi.json`, OpenAPI 3.1), and its pages for people: `GET /reference`, and
 * `GET /docs/errors`, to which the `type` of its problems leads. Document and pages are made when first asked for.
 */
export function createApi({ operations, ...info }: ApiDescription, deps: ApiDeps): Router {
  const router = createApiRouter(operations, deps)
  const document = made(() => openApiDocument(operations, { ...info, server: deps.config.resource, issuer: deps.config.issuer }))
  const pages = made(async () => (await import('./reference.ts')).pagesOf(document()))

  router.get('/openapi.json', (ctx) => {
    ctx.set({ ...kept, 'access-control-allow-origin': '*' })
    ctx.body = document()
  })
  for (const path of ['/reference', '/docs/errors', '/reference.css'] as const)
    router.get(path, async (ctx) => {
      const { type, body }: Page = (await pages())[path]
      ctx.set({ ...kept, 'content-security-policy': policy })
      ctx.type = type
      ctx.body = body
    })
  return router
}

const kept = { 'cache-control': 'public, max-age=300' }
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Makes it with the first call. */
function made<T>(make: () => T): () => T {
  let value: { is: T } | undefined
  return () => {
    value ??= { is: make() }
    return value.is
  }
}
