import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { Middleware } from 'koa'

/** A file of `public/`, read once. */
export function asset(name: string): Middleware {
  const content = readFileSync(new URL(`../../public/${name}`, import.meta.url))
  return async (ctx) => {
    ctx.set('cache-control', 'public, max-age=300')
    ctx.type = extname(name)
    ctx.body = content
  }
}
