import type { Middleware } from 'koa'
import { type EggClientOptions, redirectUriOf } from './options.ts'
import { phrasesFor } from './phrases.ts'
import { giveState } from './state.ts'

/** `GET /login`: sends the browser to the server's page, with all that its answer is checked by. */
export const login =
  (options: EggClientOptions): Middleware =>
  (ctx) => {
    const request = new URLSearchParams({
      response_type: 'code',
      client_id: options.clientId,
      redirect_uri: redirectUriOf(options),
      state: giveState(ctx),
      ui_locales: phrasesFor(ctx).locale,
    })
    ctx.redirect(`${options.issuer}/authorize?${request}`)
  }
