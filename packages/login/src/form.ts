import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'
import { Failure } from './failure.ts'

const most = 64 * 1024
const read = new WeakMap<IncomingMessage, Promise<URLSearchParams>>()

/** The form that was sent, read once however often it is asked for. @throws Failure when it is none, or has more than 64 KiB. */
export function readForm(ctx: Context): Promise<URLSearchParams> {
  const form = read.get(ctx.req) ?? formOf(ctx)
  read.set(ctx.req, form)
  return form
}

async function formOf(ctx: Context): Promise<URLSearchParams> {
  if (!ctx.is('urlencoded')) throw new Failure('foreign')
  const parsed = (ctx.request as { body?: unknown }).body // by the module's own body parser
  if (typeof parsed === 'object' && parsed !== null) return new URLSearchParams(parsed as Record<string, string>)
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of ctx.req) {
    length += chunk.length
    if (length > most) throw new Failure('tooLong')
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString())
}
