import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Middleware } from 'koa'

const types = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

const names = [
  'app.css',
  'icon.svg',
  'main.js',
  'token-session.js',
  'authorization-server.js',
  'sign-ins.js',
  'tokens.js',
  'cookie-session.js',
  'apis.js',
  'app.js',
  'profile.js',
  'projects.js',
  'draft.js',
  'failure.js',
  'phrases.js',
  'element.js',
] as const

/** A file of `public/`, as it is. */
export const publicFile = (name: string): Buffer => readFileSync(new URL(`../../public/${name}`, import.meta.url))

function asset(name: string, content: Buffer): { path: string; serve: Middleware } {
  const type = types[name.split('.').at(-1) as keyof typeof types]
  return {
    path: `/${name}`,
    serve: (ctx) => {
      ctx.set({ 'content-type': type, 'cache-control': 'no-cache' })
      ctx.body = content
    },
  }
}

/** The files that the app is made of, each read once; the library among them is the one of the package, without a bundler. */
export const assets = [
  ...names.map((name) => asset(name, publicFile(name))),
  asset('oauth4webapi.js', readFileSync(createRequire(import.meta.url).resolve('oauth4webapi'))),
]
