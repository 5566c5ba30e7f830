import type { Middleware } from 'koa'
import type { TalentCenterDeps } from '../deps.ts'
import { renderPage } from '../http/render.ts'
import { calendarOf } from './calendar.ts'

/** `GET /learning/:courseId`: a course, lesson by lesson. */
export const coursePage =
  (deps: TalentCenterDeps): Middleware =>
  async (ctx) => {
    const id = String(ctx['params'].courseId)
    const [course, progress] = await Promise.all([deps.openApi.course(ctx, id), deps.openApi.progress(ctx, id)])
    const { day } = calendarOf(ctx, await deps.login.person(ctx))
    await renderPage(ctx, 'course', { course, progress, day, clock }, deps)
  }

/** Seconds as a player shows them. */
const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
