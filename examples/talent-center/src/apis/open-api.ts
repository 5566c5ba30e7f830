import type { Login } from '@menshen/login'
import type { Context } from 'koa'
import { z } from 'zod'
import { localeChoice } from '../http/locale.ts'
import { readAnswer } from './answer.ts'

const summary = z.object({
  lessons_finished: z.number(),
  videos_finished: z.number(),
  minutes: z.number(),
  streak_days: z.number(),
})

const course = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  level: z.string(),
  lessons: z.number(),
  videos: z.number(),
  minutes: z.number(),
})

const state = {
  kind: z.enum(['lesson', 'video']),
  title: z.string(),
  position: z.number().nullable(),
  finished_at: z.string().nullable(),
}

const progress = z.object({
  finished: z.number(),
  total: z.number(),
  percent: z.number(),
  minutes: z.number(),
  next_lesson_id: z.string().nullable(),
  contents: z.array(z.object({ lesson_id: z.string(), seconds: z.number(), ...state })),
})

const learnt = z.object({ lesson_id: z.string(), course_id: z.string(), updated_at: z.string(), ...state })

const page = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), next: z.string().optional() })

export type Summary = z.output<typeof summary>
export type Course = z.output<typeof course>
export type Progress = z.output<typeof progress>
export type Learnt = z.output<typeof learnt>
export interface Page<Item> {
  items: Item[]
  /** The cursor of the next page. */
  next?: string | undefined
}

/** The person's learning at open-api, in the language of the page. */
export interface OpenApi {
  summary(ctx: Context): Promise<Summary>
  courses(ctx: Context, cursor?: string): Promise<Page<Course>>
  course(ctx: Context, id: string): Promise<Course>
  progress(ctx: Context, courseId: string): Promise<Progress>
  /** The latest first. */
  history(ctx: Context, asked: { cursor?: string | undefined; limit: number }): Promise<Page<Learnt>>
}

export function createOpenApi({ login, openApiUrl }: { login: Login; openApiUrl: string }): OpenApi {
  async function read<Schema extends z.ZodType>(ctx: Context, path: string, schema: Schema): Promise<z.output<Schema>> {
    const headers = { accept: 'application/json', 'accept-language': localeChoice.of(ctx) }
    return readAnswer(await login.fetch(ctx, `${openApiUrl}/v1/learning/${path}`, { headers }), schema)
  }
  function query(params: Record<string, string | undefined>): string {
    const given = Object.entries(params).filter((param): param is [string, string] => param[1] !== undefined)
    return `?${new URLSearchParams(given)}`
  }
  const at = (id: string) => `courses/${encodeURIComponent(id)}`

  return {
    summary: (ctx) => read(ctx, 'summary', summary),
    courses: (ctx, cursor) => read(ctx, `courses${query({ limit: '12', cursor })}`, page(course)),
    course: (ctx, id) => read(ctx, at(id), course),
    progress: (ctx, id) => read(ctx, `${at(id)}/progress`, progress),
    history: (ctx, { cursor, limit }) => read(ctx, `history${query({ limit: String(limit), cursor })}`, page(learnt)),
  }
}
