/** Whether this is a time zone of the IANA database, such as `Asia/Shanghai`. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false // an offset such as +08:00 is none: it knows no summer
  try {
    dayFormat(name)
    return true
  } catch {
    return false
  }
}

/** Tells the calendar day of a moment in a time zone, as the number of days since 1970-01-01. */
export function dayIn(timeZone: string): (time: number) => number {
  const format = dayFormat(timeZone)
  return (time) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day = 1 } = parts
    return Date.UTC(year, month - 1, day) / 86_400_000
  }
}

const dayFormat = (timeZone: string) =>
  new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', year: 'numeric', month: 'numeric', day: 'numeric' })
