import { readFileSync } from 'node:fs'
import type { Middleware } from 'koa'

/** A file of `public/`, read once. */
export function asset(name: string, type: string): Middleware {
  const content = readFileSync(new URL(`../../public/${name}`, import.meta.url))
  return async (ctx) => {
    ctx.set({ 'content-type': type, 'cache-control': 'public, max-age=300' })
    ctx.body = content
  }
}
