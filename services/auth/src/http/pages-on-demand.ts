import type { Middleware } from 'koa'
import type { AuthDeps } from '../deps.ts'

type Pages = typeof import('../pages/all.ts')

/** The pages by name, all loaded with the first that somebody asks for: listening does not wait for them. */
export function pagesOnDemand(deps: AuthDeps): (name: keyof Pages) => Middleware {
  let all: Promise<Pages> | undefined
  return (name) => {
    let page: Middleware | undefined
    return async (ctx, next) => {
      all ??= import('../pages/all.ts')
      page ??= (await all)[name](deps)
      return page(ctx, next)
    }
  }
}
