import type { Context } from 'koa'
import type { Problem } from './api.ts'
import { phrasesFor } from './phrases/index.ts'

/** What a problem means to the person: a sentence, and one for each field at fault. */
export function sayProblem(problem: Problem, ctx: Context): { message: string; faults: Record<string, string> } {
  const { problems, locale } = phrasesFor(ctx)
  const own = problems.reasons[problem.reason ?? ''] ?? problems.statuses[problem.status] ?? problems.other
  const faults = (problem.errors ?? []).map(({ field, detail }) => [
    field,
    problems.fields[field] ?? (locale === 'en' ? detail : problems.field),
  ])
  return { message: own, faults: Object.fromEntries(faults) }
}
