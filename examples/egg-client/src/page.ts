import type { Phrases } from './phrases.ts'

const markup = Symbol('markup')

/** Text that is HTML already. Only `html` makes it: nothing read from JSON or a query can carry the symbol. */
export interface Html {
  readonly [markup]: string
}

/** What may stand in a template: text is escaped, HTML stays, nothing is shown for `undefined`. */
export type Part = string | number | undefined | Html | readonly Part[]

/** HTML from a template, everything put into it escaped. Attributes must be quoted. */
export function html(texts: TemplateStringsArray, ...parts: Part[]): Html {
  const filled = texts.map((text, index) => text + render(parts[index]))
  return { [markup]: filled.join('') }
}

/** The markup, to be sent. */
export const markupOf = (page: Html): string => page[markup]

function render(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  if (isList(part)) return part.map(render).join('')
  return part[markup]
}

const isList = (part: Html | readonly Part[]): part is readonly Part[] => Array.isArray(part)

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

/** The frame around every page. */
export const layout = (phrases: Phrases, content: Html): Html => html`<!doctype html>
<html lang="${phrases.locale}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>egg-client</title>
  <link rel="icon" href="/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/egg.css">
</head>
<body>
  <header><a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28">egg-client</a></header>
  <main>${content}</main>
  <footer>${phrases.footer}</footer>
</body>
</html>
`
