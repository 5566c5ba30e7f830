import Router from '@koa/router'
import { mountDialects } from '@menshen/auth/compat/index'
import type { Dialect } from '@menshen/auth/core/types'
import type { AuthDeps } from '@menshen/auth/deps'
import { code, codes, table } from './markdown.ts'

const purposes: Readonly<Record<string, string>> = {
  '/client/add': 'registers an app: `clientName`, `redirectUrl`, `description`',
  '/oauth2/access_token': 'trades a code',
  '/oauth2/refresh_token': 'refreshes, with or without the secret',
  '/connect/qrconnect': 'the way to a code',
  '/connect/oauth2/authorize': 'the same, as it is called from within WeChat',
  '/sns/oauth2/access_token': 'trades a code',
  '/sns/oauth2/refresh_token': 'refreshes, without the secret',
  '/sns/userinfo': 'tells who it is, with `snsapi_login` or `snsapi_userinfo`',
  '/sns/auth': 'tells whether a token is good',
}

/** The routes that a dialect adds, each with what it is for. */
export function addressTable(dialect: Dialect): string {
  const router = routesOf(dialect)
  const paths = [...new Set(router.stack.map(({ path }) => String(path)))]
  return table(
    ['address', 'methods', 'what'],
    paths.map((path) => [code(path), codes(methodsOf(router, path)), purposes[path] ?? unknown(path)]),
  )
}

/** Routes are added before anything is asked of what they work with. */
function routesOf(dialect: Dialect): Router {
  const router = new Router()
  const unasked = { config: { compat: [dialect], issuer: 'https://login.example' }, clients: {} }
  mountDialects(router, unasked as unknown as AuthDeps)
  return router
}

/** HEAD is refused wherever GET does something. */
const methodsOf = ({ stack }: Router, path: string): string[] => {
  const methods = stack.filter((route) => String(route.path) === path).flatMap((route) => route.methods)
  return [...new Set(methods)].filter((method) => method !== 'HEAD').sort()
}

function unknown(path: string): never {
  throw new Error(`docs/dialects.md does not say what ${path} is for`)
}
