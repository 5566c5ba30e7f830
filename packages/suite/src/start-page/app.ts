import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Koa, { type Context } from 'koa'
import nunjucks from 'nunjucks'
import type { Addresses } from '../addresses.ts'
import { type ShownApp, startPhrases } from './phrases.ts'

/** A file of this package, for its sources and for what they compile to. */
const besideSources = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))

const headers = {
  'content-security-policy': "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
}

export interface StartPageOptions {
  addresses: Addresses
  /** Those that are served. */
  apps: readonly ShownApp[]
  people: readonly { username: string; password?: string }[]
}

/** The first page of the demo: its apps, its people, and what to try. */
export function createApp({ addresses, apps: served, people }: StartPageOptions): Koa {
  const views = new nunjucks.Environment(new nunjucks.FileSystemLoader(besideSources('views')), {
    autoescape: true,
    throwOnUndefined: true,
  })
  const css = readFileSync(besideSources('public/start.css'))
  const app = new Koa()
  app.use((ctx) => {
    ctx.set(headers)
    if (ctx.path === '/start.css') Object.assign(ctx, { type: 'css', body: css })
    if (ctx.path === '/') Object.assign(ctx, { type: 'html', body: views.render('start.njk', shownIn(localeOf(ctx))) })
  })
  return app

  function shownIn(locale: keyof typeof startPhrases) {
    const t = startPhrases[locale]
    const apps = served.map((app) => {
      const [title, about] = t.about[app]
      return { title, about, url: addresses[app] }
    })
    const { issuer, userApi, projectApi, openApi } = addresses
    const apis = Object.entries({ 'user-api': userApi, 'project-api': projectApi, 'open-api': openApi })
    return { t, locale, apps, people, issuer, apis: apis.map(([name, url]) => ({ name, url: `${url}/reference` })) }
  }
}

/** The language that a link of the page asks for, else the one that the browser prefers. */
function localeOf(ctx: Context): keyof typeof startPhrases {
  const { lang } = ctx.query
  if (lang === 'en' || lang === 'zh-CN') return lang
  ctx.vary('Accept-Language')
  return ctx.acceptsLanguages('en', 'zh') === 'zh' ? 'zh-CN' : 'en'
}
