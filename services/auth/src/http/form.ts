import { BodyError, type BodyOptions, parseForm, readForm, readJson } from '@menshen/shared/http/body'
import type { Context } from 'koa'
import { OAuthError } from '../core/errors.ts'
import { createParams, type Params, requireSingle } from '../core/params.ts'
import { PageError } from './page-error.ts'

/** The parameters of a POST (RFC 6749 section 3.2). @throws OAuthError invalid_request, 413 when it is larger than the limit. */
export async function readFormParams(ctx: Context, options?: BodyOptions): Promise<Params> {
  try {
    return createParams(await readForm(ctx, options))
  } catch (error) {
    throw asOAuthError(error)
  }
}

/** The texts in a JSON object, as if they came in a form; anything else in it is left out. @throws as `readFormParams`. */
export async function readJsonParams(ctx: Context): Promise<Params> {
  try {
    return createParams(Object.entries((await readJson(ctx)) ?? {}).filter(isText))
  } catch (error) {
    throw asOAuthError(error)
  }
}

const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === 'string'

/** A form where what anybody sends is kept: no more than a GET could bring (Node's limit for a head), in bytes. */
export const readKeptForm = (ctx: Context): Promise<Params> => readFormParams(ctx, { limit: 16 * 1024 })

/** The form of one of our own pages. @throws PageError when it is malformed or too large: no app can mend that. */
export async function readPageForm(ctx: Context): Promise<Params> {
  try {
    const form = createParams(await readForm(ctx))
    requireSingle(form)
    return form
  } catch (error) {
    if (error instanceof BodyError) throw new PageError('csrf', error.status)
    throw error instanceof OAuthError ? new PageError('csrf', 400) : error
  }
}

/** The parameters of a query. @throws OAuthError invalid_request when it is malformed. */
export function readQueryParams(ctx: Context): Params {
  try {
    return createParams(parseForm(ctx.querystring))
  } catch (error) {
    throw asOAuthError(error)
  }
}

function asOAuthError(error: unknown): unknown {
  if (!(error instanceof BodyError)) return error
  return new OAuthError('invalid_request', error.message, error.status === 413 ? { status: 413 } : {})
}
