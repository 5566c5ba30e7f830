import type { Failure } from '@menshen/login'
import type { Context } from 'koa'
import { failurePage } from './page.ts'

/** A page for a person, a word for a script. */
export function showFailure(ctx: Context, { kind, code }: Failure): void {
  if (ctx.path.startsWith('/bff/api/') || ctx.path === '/bff/session') ctx.body = { error: kind }
  else failurePage(ctx, { kind, code })
}
