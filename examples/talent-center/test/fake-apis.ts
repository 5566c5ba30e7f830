import { json } from 'node:stream/consumers'
import Router from '@koa/router'
import { type Listening, listen } from '@menshen/shared/testing/http'
import Koa from 'koa'

/** As much of user-api and open-api as the talent centre talks to; the real ones are met in `test/e2e`. */
export interface FakeApis extends Listening {
  profile: Record<string, unknown>
  version: number
  /** The changes that were sent, with their `If-Match`. */
  changes: Array<{ ifMatch: string; body: unknown }>
  /** Instead of their answers: a status by path. */
  failing: Map<string, number>
  history: Array<Record<string, unknown>>
}

const course = {
  id: 'design',
  title: 'Interaction design',
  description: 'How people find their way.',
  level: 'beginner',
  lessons: 1,
  videos: 1,
  minutes: 75,
}
const lesson = { lesson_id: 'design-1', course_id: 'design', kind: 'lesson', title: 'Goals', position: null }
const contents = [
  { ...lesson, seconds: 1800, finished_at: '2026-03-01T20:30:00Z' },
  { ...lesson, lesson_id: 'design-2', kind: 'video', title: 'Mental models', seconds: 600, position: 95, finished_at: null },
]

export async function startFakeApis(): Promise<FakeApis> {
  const state = {
    profile: { name: 'Alice Liu', headline: 'Designer', bio: '', skills: ['Figma'], links: [], visibility: 'suite' },
    version: 1,
    changes: [],
    failing: new Map(),
    history: [{ ...lesson, finished_at: '2026-03-01T20:30:00Z', updated_at: '2026-03-01T20:30:00Z' }],
  } as unknown as FakeApis
  return Object.assign(state, await listen(createFake(state)))
}

function createFake(state: FakeApis): Koa {
  const router = new Router()
  router.get('/users/me', (ctx) => {
    ctx.set('etag', `"${state.version}"`)
    ctx.body = state.profile
  })
  router.patch('/users/me', async (ctx) => {
    const body = (await json(ctx.req)) as object
    state.changes.push({ ifMatch: ctx.get('if-match'), body })
    if (ctx.get('if-match') !== `"${state.version}"`) return Object.assign(ctx, { status: 412, body: {} })
    Object.assign(state.profile, body)
    state.version++
    ctx.body = state.profile
  })
  router.get('/v1/learning/summary', (ctx) => {
    ctx.body = { lessons_finished: 14, videos_finished: 10, minutes: 608, streak_days: 1 }
  })
  router.get('/v1/learning/courses', (ctx) => {
    ctx.body = { items: [course] }
  })
  router.get('/v1/learning/courses/design', (ctx) => {
    ctx.body = course
  })
  router.get('/v1/learning/courses/design/progress', (ctx) => {
    ctx.body = { finished: 1, total: 2, percent: 50, minutes: 31, next_lesson_id: 'design-2', contents }
  })
  router.get('/v1/learning/history', (ctx) => {
    const older = ctx.query['cursor'] === 'a b&c'
    ctx.body = older ? { items: [] } : { items: state.history, next: 'a b&c' }
  })
  const app = new Koa()
  app.use(async (ctx, next) => {
    const status = state.failing.get(ctx.path)
    if (!status) return next()
    ctx.status = status
    ctx.body = { errors: [{ field: 'links.0', detail: 'must be an address' }] }
  })
  app.use(router.routes())
  return app
}
