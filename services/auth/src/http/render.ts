import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context, Middleware } from 'koa'
import views from 'koa-views'
import nunjucks from 'nunjucks'
import { locales } from '../locales/index.ts'
import { localeNames, localeOf } from './locale.ts'

const root = fileURLToPath(new URL('../../views', import.meta.url))

/** Adds `ctx.render` (koa-views over nunjucks, autoescape on). */
export function renderer(): Middleware {
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(root), { autoescape: true, throwOnUndefined: false })
  const njk = (path: string, context: object) =>
    new Promise((resolve, reject) =>
      environment.render(relative(root, path), context, (error, html) => (error ? reject(error) : resolve(html))),
    )
  return views(root, { extension: 'njk', engineSource: { njk } }) as Middleware
}

/** Answers with a page, in the language that the person reads. */
export async function renderPage(ctx: Context, page: string, context: object): Promise<void> {
  const locale = localeOf(ctx)
  await ctx.render(page, { ...context, t: locales[locale], locale, languages: languages(ctx, locale) })
  ctx.type = 'text/html; charset=utf-8'
}

/** Links to this page in each language. */
const languages = (ctx: Context, current: string) =>
  Object.entries(localeNames).map(([code, name]) => ({ code, name, href: inLanguage(ctx, code), current: code === current }))

function inLanguage({ path, querystring }: Context, code: string): string {
  const query = new URLSearchParams(querystring)
  query.set('lang', code)
  return `${path}?${query}`
}
