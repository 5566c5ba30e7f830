import { type Locale, locales } from '../locales/index.ts'

const aDay = 86_400_000
const units = [
  ['day', aDay],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** A time as people say it: "5 minutes ago"; from a week on its date, in the time zone of the person. */
export function tellTime(at: number, { now, locale, zoneinfo }: { now: number; locale: Locale; zoneinfo: unknown }): string {
  const age = Math.max(0, now - at)
  if (age >= 7 * aDay) return dateIn(zoneinfo, locale).format(at)
  const [unit, length] = units.find(([, length]) => age >= length) ?? []
  if (!unit) return locales[locale].account.justNow
  return new Intl.RelativeTimeFormat(locale).format(-Math.floor(age / length), unit)
}

/** Nobody checks the name of a time zone when it is stored. */
function dateIn(zoneinfo: unknown, locale: Locale): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: String(zoneinfo ?? 'UTC') })
  } catch {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  }
}
