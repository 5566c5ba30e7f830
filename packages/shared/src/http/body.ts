import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'

/** A body that can't be read: broken (400), too large (413) or of another type (415). Each service says so in its own form. */
export class BodyError extends Error {
  override readonly name = 'BodyError'
  readonly status: 400 | 413 | 415

  constructor(status: 400 | 413 | 415, message: string) {
    super(message)
    this.status = status
  }
}

/** The parameters of a form as they came, also repeated ones: RFC 6749 section 3.2 forbids those, so they must be seen. */
export type FormParameters = [name: string, value: string][]

export interface BodyOptions {
  /** In bytes; 64 KiB when left out. */
  limit?: number
}

const KIBIBYTE = 1024
const MOST_PARAMETERS = 200
const FORM = /^application\/x-www-form-urlencoded$/
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/

/** Reads an `application/x-www-form-urlencoded` body in UTF-8 (RFC 6749 appendix B); throws BodyError. */
export async function readForm(ctx: Context, { limit = 64 * KIBIBYTE }: BodyOptions = {}): Promise<FormParameters> {
  requireType(ctx.req, FORM, 'application/x-www-form-urlencoded')
  return parseForm(await readText(ctx, limit))
}

/** Reads a JSON body, `application/json` or `application/…+json` (RFC 8259 section 8.1); throws BodyError. */
export async function readJson(ctx: Context, { limit = 64 * KIBIBYTE }: BodyOptions = {}): Promise<unknown> {
  requireType(ctx.req, JSON_TYPE, 'application/json')
  const text = await readText(ctx, limit)
  try {
    return JSON.parse(text)
  } catch {
    throw new BodyError(400, 'the body is not valid JSON')
  }
}

/** Splits a form into its parameters (URL Standard section 5.1), but throws BodyError where that would replace what is broken. */
export function parseForm(text: string): FormParameters {
  const parameters: FormParameters = []
  for (let start = 0; start < text.length; ) {
    const end = indexOrEnd(text, '&', start)
    if (end > start) parameters.push(parseParameter(text, start, end))
    if (parameters.length > MOST_PARAMETERS) throw new BodyError(400, 'the form has too many parameters')
    start = end + 1
  }
  return parameters
}

function parseParameter(text: string, start: number, end: number): [string, string] {
  const equals = text.indexOf('=', start)
  if (equals === -1 || equals > end) return [decoded(text.slice(start, end)), '']
  return [decoded(text.slice(start, equals)), decoded(text.slice(equals + 1, end))]
}

function decoded(part: string): string {
  const spaced = part.includes('+') ? part.replaceAll('+', ' ') : part
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw new BodyError(400, 'the form has a broken percent-encoding')
  }
}

function indexOrEnd(text: string, character: string, start: number): number {
  const index = text.indexOf(character, start)
  return index === -1 ? text.length : index
}

function requireType(req: IncomingMessage, wanted: RegExp, name: string): void {
  const [type = '', ...parameters] = (req.headers['content-type'] ?? '').toLowerCase().split(';')
  if (!wanted.test(type.trim())) throw new BodyError(415, `the body must be ${name}`)
  if (!parameters.every(isUtf8Charset)) throw new BodyError(415, 'the body must be in UTF-8')
  const encoding = req.headers['content-encoding']
  if (encoding && encoding !== 'identity') throw new BodyError(415, 'the body must not be compressed')
}

function isUtf8Charset(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=')
  return name.trim() !== 'charset' || /^"?utf-?8"?$/.test(value.trim())
}

async function readText(ctx: Context, limit: number): Promise<string> {
  const bytes = await readBytes(ctx, limit)
  if (!isUtf8(bytes)) throw new BodyError(400, 'the body is not valid UTF-8')
  return bytes.toString()
}

/** The bytes of the body; a short one comes in one chunk and is not copied. */
function readBytes(ctx: Context, limit: number): Promise<Buffer> {
  const { req } = ctx
  if (req.readableDidRead) throw new Error('the body of this request was read before')
  if (req.destroyed) throw cutOff()
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const add = (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else reject(tooLarge(ctx, limit))
    }
    if (Number(req.headers['content-length'] ?? 0) > limit) reject(tooLarge(ctx, limit))
    req.on('data', add) // also after a refusal: who is cut off while sending doesn't see the answer
    req.on('end', () => resolve(joined(chunks)))
    req.on('error', () => reject(cutOff()))
  })
}

const joined = (chunks: Buffer[]): Buffer => (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks))

const cutOff = (): BodyError => new BodyError(400, 'the body was cut off')

function tooLarge({ res }: Context, limit: number): BodyError {
  res.shouldKeepAlive = false
  return new BodyError(413, `the body must not be larger than ${limit} bytes`)
}
