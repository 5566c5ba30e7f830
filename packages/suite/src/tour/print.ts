import { STATUS_CODES } from 'node:http'
import { shortenedField, shortenedHeader, shortenedJson, shortenedUrl } from './shorten.ts'
import type { Answer, TourRequest } from './step.ts'

/** Writes lines, in colour where the terminal has it. */
export interface Printer {
  title(text: string): void
  sentence(text: string): void
  request(request: TourRequest, headers: Headers): void
  answer(answer: Answer): void
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 }

export function createPrinter(print: (line: string) => void, colour: boolean): Printer {
  const paint = (name: keyof typeof codes, text: string) => (colour ? `\u001b[${codes[name]}m${text}\u001b[0m` : text)
  const details = (lines: string[]) => {
    for (const line of lines) print(paint('dim', `      ${line}`))
  }
  return {
    title: (text) => print(paint('bold', `\n== ${text}`)),
    sentence: (text) => print(`\n${text}`),
    request(request, headers) {
      print(paint('cyan', `  -> ${request.method} ${shortenedUrl(request.url)}`))
      details([...headerLines(headers), ...formLines(request.form)])
    },
    answer(answer) {
      const text = `  <- ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`
      print(paint(answer.status < 400 ? 'green' : 'red', text))
      details([...headerLines(answer.headers), ...bodyLines(answer)])
    },
  }
}

/** An answer in one breath, for a failure. */
export const summary = (answer: Answer): string => {
  const [line = '', ...rest] = [...headerLines(answer.headers), ...bodyLines(answer)]
  return [`status ${answer.status}`, line, ...rest].join('\n    ').trimEnd()
}

/** The headers that the protocol lives by. */
const interesting = [
  'authorization',
  'cookie',
  'origin',
  'location',
  'set-cookie',
  'www-authenticate',
  'retry-after',
  'content-type',
]

const headerLines = (headers: Headers) =>
  [...headers].filter(([name]) => interesting.includes(name)).map(([name, value]) => `${name}: ${shortenedHeader(name, value)}`)

const formLines = (form: Record<string, string> = {}) =>
  Object.entries(form).map(([name, value]) => `${name}=${shortenedField(name, value)}`)

const mostLines = 30

function bodyLines({ json, body }: Answer): string[] {
  if (json === undefined) return titleLine(body)
  const lines = shortenedJson(json).split('\n')
  return lines.length > mostLines ? [...lines.slice(0, mostLines), `… ${lines.length - mostLines} more lines`] : lines
}

/** Of a page only its title. */
function titleLine(body: string): string[] {
  const [, title] = /<title>([^<]*)<\/title>/i.exec(body) ?? []
  return title === undefined ? [] : [`(the page "${title.trim()}")`]
}
