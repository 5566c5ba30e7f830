/** Tells times (RFC 3339) in the person's time zone; in UTC, and so named, when there is none. */
export function tellTime(locale: string, zoneinfo: unknown): (time: string) => string {
  const shown = { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const
  const format = isTimeZone(zoneinfo)
    ? new Intl.DateTimeFormat(locale, { ...shown, timeZone: zoneinfo })
    : new Intl.DateTimeFormat(locale, { ...shown, timeZone: 'UTC', timeZoneName: 'short' })
  return (time) => format.format(new Date(time))
}

/** Nobody checks the name of a time zone when it is stored. */
function isTimeZone(name: unknown): name is string {
  try {
    return typeof name === 'string' && name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}
