import { randomUUID } from 'node:crypto'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Login } from '@menshen/login'
import type { Context, Middleware } from 'koa'
import type { CenterOptions } from './options.ts'
import { localeChoice, localeNames, phrasesFor } from './phrases/index.ts'
import { tellTime } from './tell-time.ts'

/** A form as it was typed, to be shown again. */
export interface Typed {
  action: string
  fields: Readonly<Record<string, string>>
  /** What is wrong with it; nothing when a new sign-in interrupted it. */
  message: string | undefined
  /** The same of single fields. */
  faults: Readonly<Record<string, string>>
}

export type Render = (ctx: Context, view: string, data: object) => Promise<void>

const root = fileURLToPath(new URL('../views', import.meta.url))

async function loadViews(): Promise<Middleware> {
  const [{ default: views }, { default: nunjucks }] = await Promise.all([import('koa-views'), import('nunjucks')])
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(root), { autoescape: true })
  environment.addGlobal('newKey', randomUUID)
  const njk = (path: string, context: object) =>
    new Promise((resolve, reject) =>
      environment.render(relative(root, path), context, (error, html) => (error ? reject(error) : resolve(html))),
    )
  return views(root, { extension: 'njk', engineSource: { njk } }) as Middleware
}

/** koa-views over nunjucks, autoescape on; loaded with the first page. */
export function createRenderer({ login, issuer, talentCenterUrl }: { login: Login } & CenterOptions): Render {
  let views: Promise<Middleware> | undefined
  return async (ctx, view, data) => {
    const t = phrasesFor(ctx)
    localeChoice.keep(ctx)
    const person = await login.person(ctx)
    const when = tellTime(t.locale, person?.claims['zoneinfo'])
    const links = { account: `${issuer}/account/sessions`, talentCenter: talentCenterUrl }
    views ??= loadViews()
    await (await views)(ctx, () =>
      ctx.render(view, { ...data, t, person, links, when, languages: languages(ctx, t.locale), path: ctx.path }),
    )
    ctx.vary('Accept-Language, Cookie')
    ctx.type = 'html'
  }
}

/** Links to the same page in each language; a form's answer is no page to come back to. */
const languages = (ctx: Context, current: string) =>
  ctx.method === 'GET' ? Object.entries(localeNames).map(([code, name]) => ({ code, name, current: code === current })) : []
