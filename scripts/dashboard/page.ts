import { chartOf, type Drawn, escaped, type Span } from './chart.ts'

/** The dashboard as a page, each panel where its grid says. */
export function pageOf(panels: readonly Drawn[], { look, span }: { look: 'light' | 'dark'; span: Span }): string {
  const sections = panels.map(({ gridPos: { x, y, w, h }, ...panel }) => {
    const place = `grid-area:${y + 1}/${x + 1}/span ${h}/span ${w}`
    return `<section style="${place}"><h2>${escaped(panel.title)}</h2>${chartOf({ ...panel, gridPos: { x, y, w, h } }, span)}</section>`
  })
  return `<!doctype html><style>${style}</style><body class="${look}"><main>${sections.join('')}</main>`
}

const style = `
  body { margin: 0; font: 11px sans-serif; color: var(--text); background: var(--page) }
  body.light { --page: #f4f5f5; --panel: #fff; --text: #24292e; --soft: #6e7687; --grid: #e4e7eb }
  body.dark { --page: #111217; --panel: #181b1f; --text: #ccccdc; --soft: #9a9ba8; --grid: #2c3036 }
  main { display: grid; grid-template-columns: repeat(24, 1fr); grid-auto-rows: 21px; gap: 4px; padding: 6px }
  section { background: var(--panel); border: 1px solid var(--grid); border-radius: 2px; overflow: hidden }
  h2 { font: 600 12px sans-serif; margin: 5px 8px 2px }
  svg { display: block; width: 100% }
  path { fill: none; stroke-width: 1.5 }
  text { font-size: 9px; fill: var(--soft) }
  .grid { stroke: var(--grid) }
  .limit { stroke: #e02f44; stroke-dasharray: 4 3 }
  .none { text-align: center; margin-top: 60px; color: var(--soft) }
  ul { margin: 0 8px; padding: 0; list-style: none; font-size: 10px; line-height: 12px }
  li { display: inline-block; margin-right: 10px }
  li::before { content: ''; display: inline-block; width: 10px; height: 3px; margin: 0 4px 2px 0; background: var(--colour) }
`
