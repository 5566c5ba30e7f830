import type { Context } from 'koa'
import { type Locale, locales } from '../phrases/index.ts'

const cookie = 'talent-center-language'

/** The language of a page: what the person chose by a link or before, then what the browser prefers. */
export function localeOf(ctx: Context): Locale {
  const chosen = known(ctx.query['lang']) ?? known(ctx.cookies.get(cookie))
  return chosen ?? (ctx.acceptsLanguages('en', 'zh') === 'zh' ? 'zh-CN' : 'en')
}

/** Keeps what the person chose by a link. */
export function keepChoice(ctx: Context): void {
  const chosen = known(ctx.query['lang'])
  if (chosen) ctx.cookies.set(cookie, chosen, { maxAge: 365 * 86_400_000, sameSite: 'lax', overwrite: true })
}

const known = (value: unknown): Locale | undefined => locales.find((locale) => locale === value)
