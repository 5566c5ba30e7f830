import type { Panel, Series } from '../../test/support/prometheus.ts'
import { ticksUpTo, written } from './units.ts'

/** A panel with what each of its queries gave. */
export interface Drawn extends Panel {
  lines: Series[][]
}

export interface Span {
  start: number
  end: number
  step: number
}

/** Where lines may be, in pixels. */
const box = { left: 62, right: 384, top: 6, bottom: 128 }

const colours = ['#5794f2', '#f2a53a', '#56a64b', '#b877d9', '#e0558c', '#2aa8a0', '#c4a000', '#8e6a4f', '#7a8699', '#d9480f']

/** The lines of a panel with axes and legend; a gap in the data is a gap. */
export function chartOf({ targets, lines, fieldConfig: { defaults } }: Drawn, span: Span): string {
  const { unit, max, thresholds, custom } = defaults
  const all = lines.flatMap((series, i) =>
    series.map(({ metric, values }) => ({ name: filled(targets[i]?.legendFormat ?? '', metric), values })),
  )
  if (all.length === 0) return '<p class="none">No data</p>'
  const most = max ?? Math.max(custom?.axisSoftMax ?? 0, ...all.flatMap(({ values }) => values.map(([, value]) => value)))
  const ticks = ticksUpTo(most, unit)
  const top = ticks.at(-1) ?? 1
  const x = (time: number) => box.left + ((time - span.start) / (span.end - span.start)) * (box.right - box.left)
  const y = (value: number) => box.bottom - (Math.min(value, top) / top) * (box.bottom - box.top)
  const limit = thresholds?.steps.at(-1)?.value ?? Number.POSITIVE_INFINITY
  const paths = all.map(
    ({ values }, i) => `<path d="${pathOf(values, { x, y, gap: span.step * 1.5 })}" stroke="${colourOf(i)}"/>`,
  )
  const names = all.map(({ name }, i) => `<li style="--colour:${colourOf(i)}">${escaped(name)}</li>`)
  return `<svg viewBox="0 0 392 146">${ticks.map((tick) => tickAt(y(tick), written(tick, unit))).join('')}${timesOf(span, x)}
    ${limit <= top ? `<line class="limit" x1="${box.left}" x2="${box.right}" y1="${y(limit)}" y2="${y(limit)}"/>` : ''}${paths.join('')}</svg>
    <ul>${names.join('')}</ul>`
}

const colourOf = (i: number) => colours[i % colours.length]

interface Scale {
  x(time: number): number
  y(value: number): number
  /** Further apart than so many seconds, two points are not joined. */
  gap: number
}

function pathOf(values: Series['values'], { x, y, gap }: Scale): string {
  let before = Number.NEGATIVE_INFINITY
  return values
    .map(([time, value]) => {
      const move = time - before > gap ? 'M' : 'L'
      before = time
      return `${move}${x(time).toFixed(1)} ${y(value).toFixed(1)}`
    })
    .join('')
}

const tickAt = (y: number, text: string) =>
  `<line class="grid" x1="${box.left}" x2="${box.right}" y1="${y}" y2="${y}"/><text x="${box.left - 6}" y="${y + 3}" text-anchor="end">${text}</text>`

function timesOf({ start, end }: Span, x: (time: number) => number): string {
  const every = Math.max(60, Math.ceil((end - start) / 300) * 60)
  const first = Math.ceil(start / every) * every
  const times = Array.from({ length: Math.floor((end - first) / every) + 1 }, (_, i) => first + i * every)
  return times
    .map(
      (time) => `<text x="${x(time)}" y="142" text-anchor="middle">${new Date(time * 1000).toISOString().slice(11, 16)}</text>`,
    )
    .join('')
}

const filled = (legend: string, metric: Series['metric']) => legend.replace(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? '')

export const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
