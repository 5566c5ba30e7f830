import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Person } from '@menshen/login'
import type { Context, Middleware } from 'koa'
import views from 'koa-views'
import nunjucks from 'nunjucks'
import type { TalentCenterDeps } from '../deps.ts'
import { localeNames, phrases } from '../phrases/index.ts'
import { localeChoice } from './locale.ts'

const root = fileURLToPath(new URL('../../views', import.meta.url))
const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(root), { autoescape: true })
const njk = (path: string, context: object) =>
  new Promise((resolve, reject) =>
    environment.render(relative(root, path), context, (error, html) => (error ? reject(error) : resolve(html))),
  )
const rendering = views(root, { extension: 'njk', engineSource: { njk } }) as Middleware

/** Answers with a page, in the language that the person reads, under the name of whoever is signed in. */
export async function renderPage(ctx: Context, page: string, shown: object, { login, links }: TalentCenterDeps): Promise<void> {
  const locale = localeChoice.of(ctx)
  const person = await login.person(ctx)
  localeChoice.keep(ctx)
  const frame = {
    t: phrases[locale],
    locale,
    person,
    initial: initialOf(person),
    path: ctx.path,
    links,
    languages: languages(ctx, locale),
  }
  await rendering(ctx, () => ctx.render(page, { ...frame, ...shown }))
  ctx.vary('Accept-Language, Cookie')
  ctx.type = 'text/html; charset=utf-8'
}

/** A letter for a picture. */
const initialOf = (person: Person | undefined) => [...(person?.name ?? '')][0]?.toUpperCase() ?? '·'

/** Links to the same page in each language; a form's answer is no page to come back to. */
const languages = (ctx: Context, current: string) =>
  ctx.method === 'GET' ? Object.entries(localeNames).map(([code, name]) => ({ code, name, current: code === current })) : []
