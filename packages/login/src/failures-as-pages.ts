import type { Context, Middleware } from 'koa'
import { Failure, type FailureKind, failureOf } from './failure.ts'

export interface FailurePages {
  /** Sets the page that says what happened and what to do; the status is set afterwards. */
  show(ctx: Context, failure: Failure): Promise<void> | void
  log?: (line: string) => void
}

/** Everything thrown leaves as a page of the module, and what nothing answers as "not found"; the log has the reason, the page never. */
export const failuresAsPages =
  ({ show, log = console.error }: FailurePages): Middleware =>
  async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body == null) throw new Failure('notFound')
    } catch (error) {
      const failure = failureOf(error)
      if (!quiet.has(failure.kind)) log(`${ctx.method} ${ctx.path}: ${story(failure)}`)
      if (failure.kind === 'unreachable') ctx.set('retry-after', '30')
      await show(ctx, failure)
      ctx.status = failure.status
    }
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
