import type { Person } from '@menshen/login'
import type { Context } from 'koa'
import { localeChoice } from '../http/locale.ts'

/** How a person reads times: in their language, and in the time zone of their account. */
export function calendarOf(ctx: Context, person: Person | undefined) {
  const locale = localeChoice.of(ctx)
  const timeZone = zoneOf(person)
  const days = new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' })
  const times = new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit' })
  return { day: (time: string) => days.format(new Date(time)), time: (time: string) => times.format(new Date(time)) }
}

function zoneOf(person: Person | undefined): string {
  const zone = person?.claims['zoneinfo']
  return typeof zone === 'string' && Intl.supportedValuesOf('timeZone').includes(zone) ? zone : 'UTC'
}
