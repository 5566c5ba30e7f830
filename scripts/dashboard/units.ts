/** A value as Grafana writes it in this unit. */
export function written(value: number, unit: string): string {
  return (units[unit] ?? plain)(value)
}

const rounded = (value: number): string => String(Number(value.toPrecision(3)))
const plain = (value: number): string => (value >= 10_000 ? `${rounded(value / 1000)} K` : rounded(value))

const units: Readonly<Record<string, (value: number) => string>> = {
  reqps: (value) => `${rounded(value)} req/s`,
  ops: (value) => `${rounded(value)} ops/s`,
  percentunit: (value) => `${rounded(value * 100)}%`,
  bytes: (value) => `${rounded(value / 2 ** 20)} MiB`,
  bool_yes_no: (value) => (value >= 1 ? 'Yes' : 'No'),
  s(value) {
    if (value === 0) return '0 s'
    const [size = 1, name] = times.find(([least]) => value >= least) ?? [1e-6, 'µs']
    return `${rounded(value / size)} ${name}`
  },
}

const times: ReadonlyArray<readonly [seconds: number, name: string]> = [
  [86_400, 'days'],
  [3600, 'hours'],
  [60, 'mins'],
  [1, 's'],
  [1e-3, 'ms'],
]

/** Round numbers that divide an axis from 0 up to the most, in about four steps. */
export function ticksUpTo(most: number, unit: string): number[] {
  if (unit === 'bool_yes_no') return [0, 1]
  const base = unit === 'bytes' ? 2 ** 20 : 1
  const about = (most || 1) / base / 4
  const power = 10 ** Math.floor(Math.log10(about))
  const step = base * power * ([1, 2, 2.5, 5, 10].find((each) => each * power >= about) ?? 10)
  return Array.from({ length: Math.ceil((most || 1) / step - 1e-9) + 1 }, (_, i) => i * step)
}
