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
  await ctx.render(page, { languages: languages(ctx, locale), ...context, t: locales[locale], locale })
  ctx.type = 'text/html; charset=utf-8'
}

/** Links to this page in each language: relative, and with nothing of the query but what the page itself put there. */
function languages({ query }: Context, current: string) {
  const account = query['account'] === 'other' ? '&account=other' : ''
  return Object.entries(localeNames).map(([code, name]) => ({
    code,
    name,
    href: `?lang=${code}${account}`,
    current: code === current,
  }))
}
