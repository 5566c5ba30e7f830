import type Router from '@koa/router'
import { type ApiRouterDeps, createApiRouter } from './api-router.ts'
import { type ApiInfo, openApiDocument } from './openapi.ts'
import type { Operation } from './operation.ts'
import { referenceRoutes } from './reference.ts'
import type { ReferencedDocument } from './reference-view.ts'

/** An API as its service describes it. */
export interface ApiDescription extends Omit<ApiInfo, 'server' | 'issuer'> {
  operations: readonly Operation[]
}

export interface ApiDeps extends ApiRouterDeps {
  config: { resource: string; issuer: string }
}

/** The routes of an API: its operations, the document that describes them (`GET /openapi.json`, OpenAPI 3.1), and its pages for people. */
export function createApi({ operations, ...info }: ApiDescription, deps: ApiDeps): Router {
  const router = createApiRouter(operations, deps)
  const document = openApiDocument(operations, { ...info, server: deps.config.resource, issuer: deps.config.issuer })
  router.get('/openapi.json', (ctx) => {
    ctx.set({ 'cache-control': 'public, max-age=300', 'access-control-allow-origin': '*' })
    ctx.body = document
  })
  router.use(referenceRoutes(document as unknown as ReferencedDocument).routes())
  return router
}
