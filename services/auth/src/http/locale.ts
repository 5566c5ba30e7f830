import type { Context } from 'koa'
import type { Locale } from '../locales/index.ts'

/** Each language in its own words. */
export const localeNames: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' }

const known = Object.keys(localeNames) as Locale[]
export const localeCookie = 'menshen_lang'

/** The language of a page: what the person chose, then `ui_locales` (OpenID Connect Core section 3.1.2.1), then what the browser prefers. */
export function localeOf(ctx: Context): Locale {
  const chosen = exact(ctx.query['lang']) ?? exact(ctx.cookies.get(localeCookie))
  return chosen ?? fromUiLocales(ctx.state['ui_locales']) ?? nearest(ctx.acceptsLanguages()) ?? 'en'
}

/** A language of ours, by its own code. */
export const exact = (value: unknown): Locale | undefined => known.find((locale) => locale === value)

const fromUiLocales = (value: unknown): Locale | undefined => (typeof value === 'string' ? nearest(value.split(' ')) : undefined)

/** The first wish that we can meet: by its language, whatever its region or script. */
function nearest(wishes: string[] | false): Locale | undefined {
  for (const wish of wishes || []) {
    const language = wish.toLowerCase().split('-')[0] ?? ''
    const locale = known.find((candidate) => candidate.toLowerCase().split('-')[0] === language)
    if (locale) return locale
  }
  return undefined
}
