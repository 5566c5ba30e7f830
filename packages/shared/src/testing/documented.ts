import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/** An answer to be compared with what the document says. */
export interface Answered {
  method: string
  /** With its query. */
  path: string
  status: number
  headers: Headers
  /** The parsed body; undefined when there was none. */
  body: unknown
}

interface Response {
  headers?: Record<string, unknown>
  content?: Record<string, { schema: object }>
}
type Paths = Record<string, Record<string, { responses: Record<string, Response> }>>

/** A failure of our side may always come, and is in no document. */
const UNDOCUMENTED = new Set([500])

/**
 * Makes a check of answers against an OpenAPI 3.1 document: status, content type, headers and body must be what it says. Paths that it does not have
 * pass; so does what the router says of a method that a path does not have.
 */
export function documentCheck(document: unknown): (answered: Answered) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document as object, 'api')
  const { paths } = document as { paths: Paths }
  const templates = Object.keys(paths).sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
  const compiled = new Map<string, ValidateFunction>()

  function validatorAt(pointer: string): ValidateFunction {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `api#${pointer}` })
    compiled.set(pointer, known)
    return known
  }

  return ({ method, path, status, headers, body }) => {
    const template = templates.find((candidate) => matches(candidate, path.split('?')[0] ?? ''))
    const operation = template && paths[template]?.[method.toLowerCase()]
    if (!template || !operation || UNDOCUMENTED.has(status)) return

    const where = `${method} ${template} answered ${status}`
    const response = operation.responses[status]
    if (!response) throw new Error(`${where}, which its document does not have: ${JSON.stringify(body)}`)
    for (const name of Object.keys(response.headers ?? {}))
      if (!headers.has(name)) throw new Error(`${where} without the header ${name}`)

    const [type] = Object.keys(response.content ?? {})
    const came = headers.get('content-type')?.split(';')[0]
    if (came !== type) throw new Error(`${where} as ${came}, not as ${type}`)
    if (!type) return
    const pointer = ['paths', template, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema']
    const valid = validatorAt(pointer.map((part) => `/${escaped(part)}`).join(''))
    if (!valid(body)) throw new Error(`${where} with another body than documented: ${ajv.errorsText(valid.errors)}`)
  }
}

const matches = (template: string, path: string) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)

/** A part of a JSON pointer in a URI fragment (RFC 6901 section 6). */
const escaped = (part: string) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
