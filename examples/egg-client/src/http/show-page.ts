import type { Context } from 'koa'
import { type Html, layout, markupOf } from '../page.ts'
import type { Phrases } from '../phrases.ts'

/** Answers with a whole page. */
export function showPage(ctx: Context, phrases: Phrases, content: Html): void {
  ctx.vary('Accept-Language, Cookie')
  ctx.type = 'html'
  ctx.body = markupOf(layout(phrases, content))
}
