import type { Middleware } from 'koa'
import type { SiteDeps } from '../deps.ts'
import { Failure, type FailureKind, failureOf, failures } from '../failure.ts'
import { failurePage } from '../pages/failure.ts'
import { phrasesFor } from '../phrases.ts'
import { showPage } from './answers.ts'

/** Everything thrown leaves as a page that says what to do; the log has the reason, the page never. */
export const failuresAsPages =
  ({ log }: Pick<SiteDeps, 'log'>): Middleware =>
  async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      const failure = failureOf(error)
      if (!quiet.has(failure.kind)) log(`${ctx.method} ${ctx.path}: ${story(failure)}`)
      if (failure.kind === 'unreachable') ctx.set('retry-after', '30')
      const phrases = phrasesFor(ctx)
      showPage(ctx, phrases, failurePage(phrases, failure))
      ctx.status = failures[failure.kind]
    }
  }

export const notFound: Middleware = async () => {
  throw new Failure('notFound')
}

/** What people do every day. */
const quiet: ReadonlySet<FailureKind> = new Set(['refused', 'notFound'])

/** A failure and its causes in one line; the stack only of what nobody foresaw. */
function story(failure: Failure): string {
  const told: string[] = []
  for (let error: unknown = failure; error instanceof Error; error = error.cause) told.push(error.message)
  const stack = failure.kind === 'unexpected' && failure.cause instanceof Error ? `\n${failure.cause.stack}` : ''
  return told.join(' < ') + stack
}
