import type { Middleware } from 'koa'
import { CodeUsed } from '../../core/authorization-code.ts'
import { OAuthError } from '../../core/errors.ts'
import { createParams, type Params } from '../../core/params.ts'
import { sha256 } from '../../core/secrets.ts'
import type { AuthDeps } from '../../deps.ts'
import { type Given, giveTokens, readAnyParams } from '../give-tokens.ts'
import type { Fault } from './errcodes.ts'
import { WechatError } from './failures.ts'
import { mayReadProfile, requireParams, toldScope, wechatTokenRequest } from './words.ts'

/** `GET|POST /sns/oauth2/access_token`: trades a code for tokens and the openid. */
export const accessTokenRoute = (deps: AuthDeps): Middleware =>
  tokenRoute(
    {
      grant_type: 'authorization_code',
      completed: (params) => withRedirectUri(params, deps),
      required: { appid: 'missingAppid', secret: 'missingSecret', code: 'missingCode' },
      refusal: (failure) => (failure instanceof CodeUsed ? 'codeUsed' : 'invalidCode'),
      tell: (given) => ({ ...toldTokens(given, deps), ...toldUnion(given, deps) }),
    },
    deps,
  )

/** `GET|POST /sns/oauth2/refresh_token`: the token alone speaks for the app, as with WeChat; here it is used up and followed by another one. */
export const refreshTokenRoute = (deps: AuthDeps): Middleware =>
  tokenRoute(
    {
      grant_type: 'refresh_token',
      completed: async (params) => params,
      required: { appid: 'missingAppid', refresh_token: 'missingRefreshToken' },
      refusal: () => 'invalidRefreshToken',
      tell: (given) => toldTokens(given, deps),
    },
    deps,
  )

interface TokenRoute {
  grant_type: string
  /** The request, with what the core wants besides. */
  completed(params: Params): Promise<Params>
  required: Readonly<Record<string, Fault>>
  /** What an `invalid_grant` of the core is called. */
  refusal(failure: OAuthError): Fault
  tell(given: Given): unknown
}

const tokenRoute =
  ({ grant_type, completed, required, refusal, tell }: TokenRoute, deps: AuthDeps): Middleware =>
  async (ctx) => {
    const params = await readAnyParams(ctx)
    requireParams(params, required)
    requireGrantType(params, grant_type)
    try {
      const withoutSecret = required['secret'] === undefined
      ctx.body = tell(await giveTokens(ctx, { params: await completed(wechatTokenRequest(params)), withoutSecret }, deps))
    } catch (error) {
      throw error instanceof OAuthError && error.code === 'invalid_grant' ? new WechatError(refusal(error), error) : error
    }
  }

function requireGrantType(params: Params, grant_type: string): void {
  if (params.get('grant_type') !== grant_type) throw new WechatError('invalidGrantType')
}

/** WeChat's request has no `redirect_uri`: that of the code stands in for it; one that is sent must be the same (RFC 6749 section 4.1.3). */
async function withRedirectUri(params: Params, { codes }: Pick<AuthDeps, 'codes'>): Promise<Params> {
  if (params.get('redirect_uri') !== undefined) return params
  const code = await codes.find({ hash: sha256(params.required('code')), client_id: params.required('client_id') })
  const sent = params.entries().flatMap(([name, values]) => values.map((value) => [name, value] as const))
  return createParams([...sent, ['redirect_uri', code?.redirect_uri ?? '']])
}

const toldTokens = ({ client, tokens, grant }: Given, { subjectOf }: Pick<AuthDeps, 'subjectOf'>) => ({
  access_token: tokens.access_token,
  expires_in: tokens.expires_in,
  refresh_token: tokens.refresh_token,
  openid: grant && subjectOf(client, grant.sub),
  scope: toldScope(tokens.scope),
})

/** Who may read the profile is also told how the owner's other apps know the person. */
const toldUnion = ({ client, tokens, grant }: Given, { unionOf }: Pick<AuthDeps, 'unionOf'>) =>
  grant && mayReadProfile(tokens.scope) ? { unionid: unionOf(client, grant.sub) } : {}
