import type { Failure } from '@menshen/login'
import type { Context } from 'koa'
import type { TalentCenterDeps } from '../deps.ts'
import { renderPage } from '../http/render.ts'

/** What happened and what to do about it; the protocol's word only where someone else needs it. */
export const showFailure = (ctx: Context, { kind, code }: Failure, deps: TalentCenterDeps): Promise<void> =>
  renderPage(ctx, 'failure', { kind, code }, deps)
