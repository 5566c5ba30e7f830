import { readFileSync } from 'node:fs'
import type { Middleware } from 'koa'

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

const names = [
  'index.html',
  'app.css',
  'icon.svg',
  'main.js',
  'menshen-client.js',
  'problem.js',
  'keychain.js',
  'apis.js',
  'persistence.js',
  'sign-in.js',
  'countdown.js',
  'home.js',
  'parts.js',
  'strip.js',
  'phrases.js',
  'element.js',
] as const

/** The files of `public/` that the app is made of, each read once. */
export const assets: ReadonlyArray<{ path: string; serve: Middleware }> = names.map((name) => {
  const content = readFileSync(new URL(`../../public/${name}`, import.meta.url))
  const type = types[name.split('.').at(-1) as keyof typeof types]
  return {
    path: name === 'index.html' ? '/' : `/${name}`,
    serve: (ctx) => {
      ctx.set({ 'content-type': type, 'cache-control': 'no-cache' })
      ctx.body = content
    },
  }
})
