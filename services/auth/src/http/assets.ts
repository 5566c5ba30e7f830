import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Middleware } from 'koa'

const root = fileURLToPath(new URL('../../public', import.meta.url))

/** The files of `public/`, read once: there are few, and none of a path's text ever reaches the file system. */
export function assets(): Middleware {
  const files = new Map(readdirSync(root).map((name) => [name, read(name)]))
  return (ctx) => {
    const file = files.get(ctx['params'].name)
    if (!file) return
    ctx.set({ 'cache-control': 'public, max-age=3600', etag: file.etag })
    ctx.type = file.type
    if (ctx.fresh) ctx.status = 304
    else ctx.body = file.content
  }
}

function read(name: string) {
  const content = readFileSync(`${root}/${name}`)
  return { content, type: extname(name), etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"` }
}
