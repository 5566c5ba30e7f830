import type { Context } from 'koa'

export interface LocaleChoice<Locale extends string> {
  /** What the person chose by a link (`?lang=`) or before, then what the browser prefers. */
  of(ctx: Context): Locale
  /** Keeps what the person chose by a link. */
  keep(ctx: Context): void
}

const aYear = 365 * 86_400_000

/** The language of a module's pages, kept in a cookie of this name; the first of `locales` is for those who read none of them. */
export function createLocaleChoice<Locale extends string>(
  cookie: string,
  locales: readonly [Locale, ...Locale[]],
): LocaleChoice<Locale> {
  const known = (value: unknown) => locales.find((locale) => locale === value)
  const languageOf = (locale: string) => locale.split('-')[0] ?? ''
  return {
    of(ctx) {
      const chosen = known(ctx.query['lang']) ?? known(ctx.cookies.get(cookie))
      const preferred = ctx.acceptsLanguages(locales.map(languageOf))
      return chosen ?? locales.find((locale) => languageOf(locale) === preferred) ?? locales[0]
    },
    keep(ctx) {
      const chosen = known(ctx.query['lang'])
      if (chosen) ctx.cookies.set(cookie, chosen, { maxAge: aYear, sameSite: 'lax', overwrite: true })
    },
  }
}
