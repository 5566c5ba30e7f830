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
  d: (value) => `${rounded(value)} days`,
  bool_yes_no: (value) => (value >= 1 ? 'Yes' : 'No'),
  s(value) {
    if (value === 0) return '0 s'
    if (value < 0.001) return `${rounded(value * 1e6)} µs`
    return value < 1 ? `${rounded(value * 1000)} ms` : `${rounded(value)} s`
  },
}

/** Round numbers that divide an axis from 0 up to the most, in about four steps. */
export function ticksUpTo(most: number, unit: string): number[] {
  if (unit === 'bool_yes_no') return [0, 1]
  const about = (most || 1) / 4
  const power = 10 ** Math.floor(Math.log10(about))
  const step = power * ([1, 2, 2.5, 5, 10].find((each) => each * power >= about) ?? 10)
  return Array.from({ length: Math.ceil((most || 1) / step - 1e-9) + 1 }, (_, i) => i * step)
}
