import type { Log } from '@menshen/shared/log'
import { isAuthorizationRepeated } from '@menshen/shared/tokens/bearer'
import type { Context, Middleware } from 'koa'
import { OAuthError } from '../core/errors.ts'
import { requireSingle } from '../core/params.ts'
import { jsonErrors } from './errors.ts'
import { readFormParams } from './form.ts'

/**
 * The access token of a request: in the Authorization header or in the form of a POST (RFC 6750 section 2), never in the query, which ends
 * in logs. @throws OAuthError invalid_request when there are several, invalid_token when it is malformed.
 */
export async function readBearerToken(ctx: Context): Promise<string | undefined> {
  const inHeader = readBearerHeader(ctx)
  const inForm = ctx.method === 'POST' && ctx.is('application/x-www-form-urlencoded') ? await formToken(ctx) : undefined
  if (inHeader !== undefined && inForm !== undefined) throw severalTokens()
  return inHeader ?? inForm
}

/** The token of the Authorization header alone (RFC 6750 section 2.1); credentials of another scheme are none. @throws as `readBearerToken`. */
export function readBearerHeader({ req }: Context): string | undefined {
  const { authorization = '' } = req.headers
  if (isAuthorizationRepeated(req)) throw severalTokens()
  if (!/^bearer(?: |$)/i.test(authorization)) return undefined
  const [, token] = /^bearer +([\w\-.~+/]+=*) *$/i.exec(authorization) ?? []
  if (token === undefined) throw new OAuthError('invalid_token', 'the token is malformed')
  return token
}

/** RFC 6750 section 2.2 */
async function formToken(ctx: Context): Promise<string | undefined> {
  const params = await readFormParams(ctx)
  requireSingle(params)
  return params.get('access_token')
}

const severalTokens = () => new OAuthError('invalid_request', 'the token must come in one way only')

/** Nothing came that could be refused: a challenge without an error code (RFC 6750 section 3.1). */
export function askForToken(ctx: Context): void {
  ctx.status = 401
  ctx.set('www-authenticate', 'Bearer')
  ctx.body = ''
}

/** The door that failures behind a token leave by: the JSON of the others, and a challenge that says the same, with the scope that is needed (RFC 6750 section 3). */
export function bearerErrors(deps: { log: Log }, { scope }: { scope: string }): Middleware {
  const json = jsonErrors(deps)
  return (ctx, next) =>
    json(ctx, async () => {
      try {
        await next()
      } catch (error) {
        if (error instanceof OAuthError) ctx.set('www-authenticate', challenge(error, scope))
        throw error
      }
    })
}

function challenge({ code, message }: OAuthError, scope: string): string {
  const needed = code === 'insufficient_scope' ? `, scope="${scope}"` : ''
  return `Bearer error="${code}", error_description="${message}"${needed}`
}
