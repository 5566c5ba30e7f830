import type { Login } from '@menshen/login'
import type { Middleware } from 'koa'
import type { Render } from '../render.ts'

/** `GET /`: what this is; who is signed in goes on to their projects. */
export const welcomePage =
  ({ login, render }: { login: Login; render: Render }): Middleware =>
  async (ctx) => {
    if (await login.person(ctx)) return ctx.redirect('/projects')
    await render(ctx, 'welcome', {})
  }
