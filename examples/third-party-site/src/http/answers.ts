import type { Context } from 'koa'
import { type Html, layout, markupOf } from '../page.ts'
import type { Phrases } from '../phrases.ts'

/** Answers with a whole page. */
export function showPage(ctx: Context, phrases: Phrases, content: Html): void {
  ctx.vary('Accept-Language, Cookie')
  ctx.type = 'html'
  ctx.body = markupOf(layout(phrases, content))
}

/** Sends the browser on, with GET (RFC 9110 section 15.4.4). */
export function seeOther(ctx: Context, address: string): void {
  ctx.redirect(address)
  ctx.status = 303
}
