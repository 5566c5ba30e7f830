import type { Context, Middleware } from 'koa'
import { orNothing } from '../apis/answer.ts'
import type { TalentCenterDeps } from '../deps.ts'
import { renderPage } from '../http/render.ts'

/** `GET /`: an overview for who is signed in, and a welcome for who is not. */
export const homePage =
  (deps: TalentCenterDeps): Middleware =>
  async (ctx) => {
    if (await deps.login.person(ctx)) return deps.login.required(ctx, () => showOverview(ctx, deps))
    await renderPage(ctx, 'welcome', {}, deps)
  }

/** Each part comes from an API of its own, and is missing alone. */
async function showOverview(ctx: Context, deps: TalentCenterDeps): Promise<void> {
  const { userApi, openApi, log } = deps
  const [read, summary, latest] = await Promise.all([
    orNothing(userApi.read(ctx), log),
    orNothing(openApi.summary(ctx), log),
    orNothing(latestCourse(ctx, deps), log),
  ])
  await renderPage(ctx, 'home', { profile: read?.profile, summary, latest }, deps)
}

/** The course in which the person learned last, to carry on there; null when nothing was begun. */
async function latestCourse(ctx: Context, { openApi }: TalentCenterDeps) {
  const [last] = (await openApi.history(ctx, { limit: 1 })).items
  if (!last) return null
  const [course, progress] = await Promise.all([openApi.course(ctx, last.course_id), openApi.progress(ctx, last.course_id)])
  return { course, progress, next: progress.contents.find(({ lesson_id }) => lesson_id === progress.next_lesson_id) }
}
