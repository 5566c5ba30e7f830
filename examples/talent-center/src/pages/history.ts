import type { Middleware } from 'koa'
import type { Learnt } from '../apis/open-api.ts'
import type { TalentCenterDeps } from '../deps.ts'
import { textIn } from '../http/query.ts'
import { renderPage } from '../http/render.ts'
import { calendarOf } from './calendar.ts'

/** `GET /learning/history`: what the person learned, day by day. */
export const historyPage =
  (deps: TalentCenterDeps): Middleware =>
  async (ctx) => {
    const { openApi, login } = deps
    const cursor = textIn(ctx, 'cursor')
    const { items, next } = await openApi.history(ctx, { cursor, limit: 20 })
    const ids = [...new Set(items.map(({ course_id }) => course_id))]
    const courses = await Promise.all(ids.map(async (id) => [id, await openApi.course(ctx, id)] as const))
    const { day, time } = calendarOf(ctx, await login.person(ctx))
    const shown = { days: byDay(items, day), courses: Object.fromEntries(courses), next, older: cursor !== undefined, time }
    await renderPage(ctx, 'history', shown, deps)
  }

/** The items of each day, in their order. */
function byDay(items: readonly Learnt[], day: (time: string) => string): Array<{ day: string; items: Learnt[] }> {
  const days = new Map<string, Learnt[]>()
  for (const item of items) {
    const name = day(item.updated_at)
    days.set(name, [...(days.get(name) ?? []), item])
  }
  return [...days].map(([name, learnt]) => ({ day: name, items: learnt }))
}
