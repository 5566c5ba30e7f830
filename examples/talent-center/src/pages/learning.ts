import type { Middleware } from 'koa'
import { orNothing } from '../apis/answer.ts'
import type { TalentCenterDeps } from '../deps.ts'
import { textIn } from '../http/query.ts'
import { renderPage } from '../http/render.ts'

/** `GET /learning`: the numbers, and the courses with how far the person has come. */
export const learningPage =
  (deps: TalentCenterDeps): Middleware =>
  async (ctx) => {
    const { openApi, log } = deps
    const [summary, { items, next }] = await Promise.all([
      orNothing(openApi.summary(ctx), log),
      openApi.courses(ctx, textIn(ctx, 'cursor')),
    ])
    const courses = await Promise.all(
      items.map(async (course) => ({ ...course, progress: await orNothing(openApi.progress(ctx, course.id), log) })),
    )
    await renderPage(ctx, 'learning', { summary, courses, next }, deps)
  }
