import type { Middleware } from 'koa'
import { showPage } from './http/show-page.ts'
import type { EggClientOptions } from './options.ts'
import { signedInPage } from './pages/signed-in.ts'
import { phrasesFor } from './phrases.ts'
import { authenticate, failureOfAnswer, redeem } from './server.ts'
import { takeState } from './state.ts'

/** `GET /auth/redirect`: the browser is back with a code. The code is traded for tokens behind its back, and they are tried at once. */
export const authRedirect =
  (options: EggClientOptions): Middleware =>
  async (ctx) => {
    const state = takeState(ctx)
    const { code, error } = ctx.query
    if (error !== undefined) throw failureOfAnswer({ error })
    const tokens = await redeem({ code: String(code ?? ''), state }, options)
    const { msg } = await authenticate(tokens.access_token, options)
    const phrases = phrasesFor(ctx)
    showPage(ctx, phrases, signedInPage(phrases, tokens, msg))
  }
