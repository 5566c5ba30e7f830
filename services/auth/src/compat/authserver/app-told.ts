import { BodyError, readJson } from '@menshen/shared/http/body'
import type { Context } from 'koa'
import type { AppTold } from '../../admin/register-app.ts'
import { OAuthError } from '../../core/errors.ts'
import { createParams, type Params, requireSingle } from '../../core/params.ts'
import { readQueryParams } from '../../http/form.ts'
import { readAnyParams } from '../give-tokens.ts'

const names = ['clientName', 'redirectUrl', 'description'] as const

/** What a request tells of an app, in its query, its form or its JSON, each once. @throws OAuthError invalid_request. */
export async function readTold(ctx: Context): Promise<AppTold> {
  const params = ctx.is('json') ? await readJsonParams(ctx) : await readAnyParams(ctx)
  requireSingle(params)
  const {
    clientName = '',
    redirectUrl = '',
    description = '',
  } = Object.fromEntries(names.map((name) => [name, textOf(params, name)]))
  if (clientName === '') throw new OAuthError('invalid_request', 'clientName is missing')
  if (redirectUrl === '') throw new OAuthError('invalid_request', 'redirectUrl is missing')
  return { clientName, redirectUrl, description }
}

function textOf(params: Params, name: string): string | undefined {
  const text = params.get(name)
  if (text !== undefined && /\p{Cs}/u.test(text)) throw new OAuthError('invalid_request', `${name} is not Unicode`)
  return text
}

async function readJsonParams(ctx: Context): Promise<Params> {
  const told = Object.entries(await readObject(ctx)).filter(([name]) => names.some((known) => known === name))
  const query = readQueryParams(ctx).entries()
  const pairs = query.flatMap(([name, values]) => values.map((value) => [name, value] as const))
  return createParams([...pairs, ...told.map(([name, value]) => [name, textIn(name, value)] as const)])
}

async function readObject(ctx: Context): Promise<object> {
  try {
    const body = await readJson(ctx)
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body
  } catch (error) {
    if (!(error instanceof BodyError)) throw error
    throw new OAuthError('invalid_request', error.message, { status: error.status })
  }
  throw new OAuthError('invalid_request', 'the body must be a JSON object')
}

function textIn(name: string, value: unknown): string {
  if (value === null) return ''
  if (typeof value !== 'string') throw new OAuthError('invalid_request', `${name} must be a text`)
  return value
}
