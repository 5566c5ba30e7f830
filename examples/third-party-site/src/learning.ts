import { type Login, SignInAgain } from '@menshen/login'
import type { Context } from 'koa'

/** What `GET /v1/learning/summary` tells; a number it does not tell is left out. */
export type Summary = Partial<Record<(typeof numbers)[number], number>>

const numbers = ['lessons_finished', 'videos_finished', 'minutes', 'streak_days'] as const

/** The numbers, or why there are none. */
export type Learning =
  | { outcome: 'known'; summary: Summary }
  /** The person did not allow `learning:read`. */
  | { outcome: 'notAllowed' }
  | { outcome: 'unreachable' }

export interface LearningDeps {
  login: Login
  openApiUrl: string
  log: (line: string) => void
}

/** Asks open-api in the person's name. @throws SignInAgain when the permission has ended. */
export async function readLearning(ctx: Context, { login, openApiUrl, log }: LearningDeps): Promise<Learning> {
  try {
    const answer = await login.fetch(ctx, `${openApiUrl}/v1/learning/summary`, { headers: { accept: 'application/json' } })
    if (answer.status === 403) return { outcome: 'notAllowed' }
    if (!answer.ok) throw new Error(`open-api answered ${answer.status}`)
    return { outcome: 'known', summary: readSummary(await answer.json()) }
  } catch (error) {
    if (error instanceof SignInAgain) throw error
    log(`the learning summary could not be fetched: ${error}`)
    return { outcome: 'unreachable' }
  }
}

function readSummary(body: unknown): Summary {
  const told = Object.entries(Object(body)).filter(([name, value]) => isNumber(name) && typeof value === 'number')
  return Object.fromEntries(told)
}

const isNumber = (name: string) => numbers.some((known) => known === name)
