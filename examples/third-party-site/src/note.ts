import type { Context, Middleware } from 'koa'
import { showPage } from './http/show-page.ts'
import { giveState, takeState } from './note-state.ts'
import { type NoteAnswer, redeemAsNoted } from './note-tokens.ts'
import type { SiteOptions } from './options.ts'
import { notePage } from './pages/note.ts'
import { phrasesFor } from './phrases.ts'

/** `GET /test/begin`: sends the browser to the authorization as the notes write it, with a state that is checked when it comes back. */
export const beginAsNoted =
  ({ issuer, baseUrl, noteClient }: SiteOptions): Middleware =>
  (ctx, next) => {
    if (!noteClient) return next()
    const request = new URLSearchParams({
      client_id: noteClient.clientId,
      response_type: 'code',
      redirect_uri: `${baseUrl}/test`,
      scope: 'snsapi_login',
      state: giveState(ctx),
    })
    ctx.redirect(`${issuer}/oauth2/authorize?${request}`)
  }

/**
 * `GET /test`: where the notes' app is answered. Shows what came, trades the code for tokens unless another browser asked for it, and shows their outline;
 * nothing is kept.
 */
export const showAnswer =
  (options: SiteOptions): Middleware =>
  async (ctx) => {
    const verdict = takeState(ctx)
    const answer = verdict === 'foreign' ? undefined : await redeemed(ctx, options)
    const phrases = phrasesFor(ctx)
    showPage(
      ctx,
      phrases,
      notePage(phrases, { came: cameWith(ctx), verdict, answer, canBegin: options.noteClient !== undefined }),
    )
  }

/** A HEAD only looks: it uses no code up. */
async function redeemed(ctx: Context, { issuer, baseUrl, noteClient }: SiteOptions): Promise<NoteAnswer | undefined> {
  const { code } = ctx.query
  if (!noteClient || typeof code !== 'string' || ctx.method === 'HEAD') return undefined
  return redeemAsNoted(code, { issuer, baseUrl, noteClient })
}

/** As much as fits on a page. */
const cameWith = ({ querystring }: Context): Array<[string, string]> =>
  [...new URLSearchParams(querystring)].slice(0, 20).map(([name, value]) => [name.slice(0, 100), value.slice(0, 300)])
