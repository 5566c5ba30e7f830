/** A form as a person finds it: what is sent if nothing is changed. */
export interface HtmlForm {
  /** As it stands in the page; empty means the page itself. */
  action: string
  method: string
  fields: Record<string, string>
}

/** The first form of a page, or the first with this text in it; throws when there is none. No buttons, no unchecked boxes. */
export function formIn(html: string, containing = ''): HtmlForm {
  const form = html.match(/<form\b[\s\S]*?<\/form>/gi)?.find((source) => source.includes(containing))
  if (!form) throw new Error(`no form${containing && ` with ${containing}`} in: ${html.slice(0, 500)}`)
  const { action = '', method = 'get' } = attributesOf(form.slice(0, form.indexOf('>') + 1))
  const inputs = (form.match(/<input\b[^>]*>/gi) ?? []).map(attributesOf).filter(isSent)
  return {
    action,
    method: method.toLowerCase(),
    fields: Object.fromEntries([
      ...inputs.map(({ name = '', value = '' }) => [name, value]),
      ...[...form.matchAll(/(<textarea\b[^>]*>)\n?([\s\S]*?)<\/textarea>/gi)].map(textIn),
      ...[...form.matchAll(/(<select\b[^>]*>)([\s\S]*?)<\/select>/gi)].map(choiceIn),
    ]),
  }
}

type Found = RegExpMatchArray

const textIn = ([, tag = '', text = '']: Found) => [attributesOf(tag)['name'] ?? '', unescaped(text)]

function choiceIn([, tag = '', options = '']: Found) {
  const all = (options.match(/<option\b[^>]*>/gi) ?? []).map(attributesOf)
  const chosen = all.find(({ selected }) => selected !== undefined) ?? all[0]
  return [attributesOf(tag)['name'] ?? '', chosen?.['value'] ?? '']
}

function isSent({ name, type = 'text', checked }: Record<string, string>): boolean {
  if (!name || type === 'submit' || type === 'button') return false
  return (type !== 'checkbox' && type !== 'radio') || checked !== undefined
}

function attributesOf(tag: string): Record<string, string> {
  const found = tag.matchAll(/\s([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)
  return Object.fromEntries(
    [...found].map(([, name = '', ...values]) => [name.toLowerCase(), unescaped(values.find((v) => v !== undefined) ?? '')]),
  )
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name) return ENTITIES[name] ?? whole
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16))
  })
}
