import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context, Middleware } from 'koa'
import { locales } from '../locales/index.ts'
import { localeNames, localeOf } from './locale.ts'

const root = fileURLToPath(new URL('../../views', import.meta.url))

async function loadViews(): Promise<Middleware> {
  const [{ default: views }, { default: nunjucks }] = await Promise.all([import('koa-views'), import('nunjucks')])
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(root), { autoescape: true, throwOnUndefined: false })
  const njk = (path: string, context: object) =>
    new Promise((resolve, reject) =>
      environment.render(relative(root, path), context, (error, html) => (error ? reject(error) : resolve(html))),
    )
  return views(root, { extension: 'njk', engineSource: { njk } }) as Middleware
}

/** koa-views over nunjucks, autoescape on; loaded with the first page, so that listening does not wait for them. */
let views: Promise<Middleware> | undefined

/** Answers with a page, in the language that the person reads. `kept`: what of its query stays when the person chooses another one. */
export async function renderPage(
  ctx: Context,
  page: string,
  { kept = {}, ...context }: { kept?: Readonly<Record<string, string>>; [name: string]: unknown },
): Promise<void> {
  const locale = localeOf(ctx)
  const shown = { languages: languages(ctx, locale, kept), ...context, t: locales[locale], locale }
  views ??= loadViews()
  await (await views)(ctx, () => ctx.render(page, shown))
  ctx.type = 'text/html; charset=utf-8'
}

/** Links to this page in each language: relative, and with nothing of the query but what the page itself put there. */
function languages({ query }: Context, current: string, kept: Readonly<Record<string, string>>) {
  const account = query['account'] === 'other' ? { account: 'other' } : {}
  return Object.entries(localeNames).map(([code, name]) => ({
    code,
    name,
    href: `?${new URLSearchParams({ lang: code, ...account, ...kept })}`,
    current: code === current,
  }))
}
