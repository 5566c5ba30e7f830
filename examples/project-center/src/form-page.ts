import type Router from '@koa/router'
import { type Login, type Person, readForm } from '@menshen/login'
import type { Context } from 'koa'
import { type Apis, type Problem, Refused } from './api.ts'
import { sayProblem } from './problems.ts'
import type { Render, Typed } from './render.ts'

/** Who asks for what. */
export interface Asker {
  person: Person
  apis: Apis
  /** What stands in the path, fit for another one. */
  ids: Readonly<Record<string, string>>
  query: URLSearchParams
}

/** Does what a form asks, and says where to go then. */
export type Action = (asker: Asker, form: URLSearchParams) => Promise<string>

/** A page with forms, each of which is sent to a path below it. */
export interface FormPage {
  path: string
  view: string
  load(asker: Asker): Promise<object>
  actions: Readonly<Record<string, Action>>
}

interface FormPageDeps {
  login: Login
  render: Render
  apis: (ctx: Context) => Apis
}

/** The routes of these pages. What an API refuses is said on the page, beside the form it is about, and what was typed stands there still. */
export function formPages(router: Router, pages: readonly FormPage[], deps: FormPageDeps): void {
  for (const page of pages) {
    router.get(page.path, deps.login.required, async (ctx) => show(ctx, page, await interrupted(ctx, deps), deps))
    for (const [name, action] of Object.entries(page.actions))
      router.post(`${page.path}/${name}`, deps.login.required, (ctx) => act(ctx, page, action, deps))
  }
}

async function act(ctx: Context, page: FormPage, action: Action, deps: FormPageDeps): Promise<void> {
  const form = await readForm(ctx)
  try {
    ctx.redirect(await action(await askerOf(ctx, deps), form))
    ctx.status = 303
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    await show(ctx, page, refused(ctx, form, error.problem), deps)
    ctx.status = error.problem.status
  }
}

async function show(ctx: Context, page: FormPage, typed: Typed | undefined, deps: FormPageDeps): Promise<void> {
  const data = await page.load(await askerOf(ctx, deps))
  await deps.render(ctx, page.view, { ...data, typed })
}

async function askerOf(ctx: Context, { login, apis }: FormPageDeps): Promise<Asker> {
  const person = await login.person(ctx)
  if (!person) throw new Error('a form page is for those who are signed in')
  return { person, apis: apis(ctx), ids: encoded(ctx['params']), query: new URLSearchParams(ctx.search) }
}

const encoded = (ids: Record<string, string>) =>
  Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, encodeURIComponent(id)]))

function refused(ctx: Context, form: URLSearchParams, problem: Problem): Typed {
  return { action: ctx.path, fields: Object.fromEntries(form), ...sayProblem(problem, ctx) }
}

/** The form that a new sign-in interrupted. */
async function interrupted(ctx: Context, { login }: FormPageDeps): Promise<Typed | undefined> {
  const typed = await login.typed(ctx)
  return typed && { action: typed.action, fields: Object.fromEntries(typed.fields), message: undefined, faults: {} }
}
