import type { Failure } from '@menshen/login'
import type { Context } from 'koa'
import type { Render } from '../render.ts'

/** What happened and what to do about it; the protocol's word only where someone else needs it. */
export const failurePage =
  (render: Render) =>
  (ctx: Context, { kind, code }: Failure): Promise<void> =>
    render(ctx, 'failure', { kind, code: kind === 'misconfigured' ? code : undefined })
