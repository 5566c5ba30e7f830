import type Router from '@koa/router'
import { clientsOf, dialects } from '../core/dialect.ts'
import type { Dialect } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { mountAuthserver } from './authserver/index.ts'
import { mountEgg } from './egg/index.ts'
import { mountWechat } from './wechat/index.ts'

/** Adds the routes of a server that clients were written for. `deps.clients` knows the clients of its dialect alone. */
export type Mount = (router: Router, deps: AuthDeps) => void

const mounts: Record<Dialect, Mount> = { authserver: mountAuthserver, egg: mountEgg, wechat: mountWechat }

/** Adds the dialects that COMPAT names; the routes of the others do not exist. */
export function mountDialects(router: Router, deps: AuthDeps): void {
  for (const dialect of dialects) {
    if (deps.config.compat.includes(dialect)) mounts[dialect](router, { ...deps, clients: clientsOf(deps.clients, [dialect]) })
  }
}
