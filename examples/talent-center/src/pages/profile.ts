import type { Middleware } from 'koa'
import type { TalentCenterDeps } from '../deps.ts'
import { renderPage } from '../http/render.ts'

/** `GET /profile`: what the person wrote, and what others see of it. */
export const profilePage =
  (deps: TalentCenterDeps): Middleware =>
  async (ctx) => {
    const { profile } = await deps.userApi.read(ctx)
    await renderPage(ctx, 'profile', { profile, saved: ctx.query['saved'] !== undefined }, deps)
  }
