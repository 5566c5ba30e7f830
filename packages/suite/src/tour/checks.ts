import type { Answer } from './step.ts'

/** Something an answer must be; `expected` says it to the person who reads that it was not. */
export interface Check {
  expected: string
  holds(answer: Answer): boolean
}

export const status = (...codes: number[]): Check => ({
  expected: `status ${codes.join(' or ')}`,
  holds: (answer) => codes.includes(answer.status),
})

/** A JSON object with these members. */
export const json = (...names: string[]): Check => ({
  expected: names.length > 0 ? `JSON with ${names.join(', ')}` : 'JSON',
  holds: (answer) => answer.json !== undefined && names.every((name) => Object(answer.json)[name] !== undefined),
})

/** The JSON of a refusal (RFC 6749 section 5.2). */
export const error = (code: string): Check => ({
  expected: `the error ${code}`,
  holds: (answer) => Object(answer.json).error === code,
})

/** A header that begins like this, in any case. */
export const header = (name: string, start: string): Check => ({
  expected: `a header ${name}: ${start}…`,
  holds: ({ headers }) => headers.get(name)?.toLowerCase().startsWith(start.toLowerCase()) ?? false,
})

/** A page with this in its source. */
export const page = (source: string): Check => ({
  expected: `a page with ${source}`,
  holds: ({ headers, body }) => (headers.get('content-type') ?? '').startsWith('text/html') && body.includes(source),
})

/** A redirect to an address that begins like this, with these parameters; those that are empty may have any value. */
export const redirect = (start: string, params: Record<string, string> = {}): Check => ({
  expected: `a redirect to ${start} ${Object.entries(params)
    .map(([name, value]) => `${name}=${value || '…'}`)
    .join(' ')}`.trim(),
  holds: ({ location }) => location?.startsWith(start) === true && hasParams(new URL(location), params),
})

const hasParams = ({ searchParams }: URL, params: Record<string, string>) =>
  Object.entries(params).every(([name, value]) => (value === '' ? searchParams.has(name) : searchParams.get(name) === value))
