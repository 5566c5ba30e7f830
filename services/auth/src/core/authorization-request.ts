import { acrs } from './acr.ts'
import { readClaimsParameter, requestedClaims, requestedSubjects, requireAcr } from './claims-request.ts'
import { isDisabled } from './client.ts'
import { OAuthError } from './errors.ts'
import { hintedSubject } from './id-token-hint.ts'
import type { Keys } from './keys.ts'
import { type Params, printable, requireSingle } from './params.ts'
import { isChallenge } from './pkce.ts'
import type { CoreConfig, CoreDeps } from './ports.ts'
import { requireRedirectUri } from './redirect-uri.ts'
import { requireResources, targetOf } from './resource.ts'
import { grantableScope, includesScope } from './scope.ts'
import type { Client, RequestedClaims } from './types.ts'

/** What an authorization request may say, and all of it that is kept while it waits. */
export const authorizationParameters: readonly string[] = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'resource',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'prompt',
  'max_age',
  'login_hint',
  'id_token_hint',
  'ui_locales',
  'claims',
  'claims_locales',
  'acr_values',
  'display',
]

/** Who asks and where the answer goes, both proven: from here on failures may be redirected (RFC 6749 section 4.1.2.1). */
export interface Asker {
  client: Client
  redirect_uri: string
  response_mode: ResponseMode
  state: string | undefined
}

/** How an answer travels (OAuth 2.0 Multiple Response Type Encoding Practices section 2.1, OAuth 2.0 Form Post Response Mode section 2). */
export const responseModes = ['query', 'fragment', 'form_post'] as const
export type ResponseMode = (typeof responseModes)[number]
/** `token`, of the implicit grant, is for clients that registered it, where COMPAT names it (RFC 6749 section 4.2; RFC 9700 section 2.1.2 advises against it). */
export const responseTypes = ['code', 'token'] as const
export type ResponseType = (typeof responseTypes)[number]
/** Those that are offered here. */
export const offeredResponseTypes = ({ compat }: Pick<CoreConfig, 'compat'>): readonly ResponseType[] =>
  responseTypes.filter((type) => type === 'code' || compat.includes('implicit'))
/** What a client must be registered for, too (RFC 7591 section 2.1). */
export const grantTypeOf = { code: 'authorization_code', token: 'implicit' } as const satisfies Record<ResponseType, string>
export const prompts = ['none', 'login', 'consent', 'select_account', 'create'] as const
export type Prompt = (typeof prompts)[number]
/** Those that are offered here: no `create` where nobody can sign up (Initiating User Registration via OpenID Connect section 4). */
export const offeredPrompts = ({ signUp }: Pick<CoreConfig, 'signUp'>): readonly Prompt[] =>
  prompts.filter((prompt) => prompt !== 'create' || signUp === 'on')
/** How a page may be shown: ours fit all of them (OpenID Connect Core section 3.1.2.1). */
export const displays = ['page', 'popup', 'touch', 'wap'] as const

/** An authorization request that holds (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1). */
export interface AuthorizationRequest extends Asker {
  response_type: ResponseType
  /** As sent; null when it was left out, and then the token request leaves it out too. */
  sent_redirect_uri: string | null
  scope: string
  resource: string[]
  code_challenge: string | null
  nonce: string | null
  prompt: Prompt[]
  /** Seconds. */
  max_age: number | undefined
  login_hint: string | undefined
  /**
   * Who is asked for, by subjects that the client knows; anybody else who signs in is not what it wants (OpenID Connect Core section 3.1.2.2).
   * undefined: anybody.
   */
  subjects: string[] | undefined
  claims: RequestedClaims | null
  ui_locales: string | undefined
}

/** Proves client and redirect URI. @throws OAuthError for an error page: nothing may be redirected yet. */
export async function proveAsker(params: Params, { clients }: Pick<CoreDeps, 'clients'>): Promise<Asker> {
  for (const name of ['client_id', 'redirect_uri']) {
    if (params.repeated.includes(name)) throw new OAuthError('invalid_request', `${name} must not be repeated`)
  }
  const client_id = params.required('client_id')
  const client = await clients.find(client_id)
  if (!client) throw new OAuthError('invalid_client', 'client_id is not known here', { status: 400, detail: { client_id } })
  if (isDisabled(client))
    throw new OAuthError('invalid_client', 'this client is disabled', { status: 400, detail: { client_id } })
  const openid = params.get('scope')?.split(' ').includes('openid') ?? false
  const redirect_uri = requireRedirectUri(params.get('redirect_uri'), client, { openid })
  return {
    client,
    redirect_uri,
    response_mode: responseMode(params),
    state: params.repeated.includes('state') ? undefined : params.get('state'),
  }
}

/** The mode that was asked for, or the one of the response type: what comes of `token` is in no query (OAuth 2.0 Multiple Response Type Encoding Practices section 2.1 and 5). */
function responseMode(params: Params): ResponseMode {
  const asked = responseModes.find((mode) => mode === params.get('response_mode')) ?? 'query'
  return asked === 'query' && params.get('response_type') === 'token' ? 'fragment' : asked
}

/** Reads the rest. @throws OAuthError to be redirected to the asker. */
export async function readAuthorizationRequest(
  params: Params,
  asker: Asker,
  { apis, signing, config }: Pick<CoreDeps, 'apis' | 'config'> & { signing: Pick<Keys, 'verify'> },
): Promise<AuthorizationRequest> {
  requireSingle(params)
  refuseRequestObjects(params)
  const response_type = requireResponse(params, asker.client, config)
  requireKnown('display', params.get('display'), displays)
  const hintedSub = await hintedSubject(params.get('id_token_hint'), asker.client, { signing, config })
  const known = await apis.all()
  const scope = grantableScope(params.get('scope'), asker.client, known)
  const resource = requireResources(params.all('resource'), known)
  targetOf({ scope, resource }, known, '') // what the token endpoint would have to refuse is refused here
  const claims = readClaimsParameter(params.get('claims'))
  requireAcr(claims, acrs)
  return {
    ...asker,
    response_type,
    sent_redirect_uri: params.get('redirect_uri') ?? null,
    scope,
    resource,
    code_challenge: response_type === 'code' ? requireChallenge(params, asker.client) : null,
    nonce: params.get('nonce') ?? null,
    prompt: readPrompt(params.get('prompt'), offeredPrompts(config)),
    max_age: readMaxAge(params.get('max_age')),
    login_hint: params.get('login_hint'),
    subjects: requestedSubjects(claims, hintedSub),
    claims: includesScope(scope, 'openid') ? requestedClaims(claims, asker.client.scope) : null,
    ui_locales: params.get('ui_locales'),
  }
}

/** OpenID Connect Core section 3.1.2.6: request objects are not supported, and say so. */
function refuseRequestObjects(params: Params): void {
  if (params.get('request') !== undefined) throw new OAuthError('request_not_supported', 'request objects are not supported')
  if (params.get('request_uri') !== undefined) throw new OAuthError('request_uri_not_supported', 'request_uri is not supported')
  if (params.get('registration') !== undefined)
    throw new OAuthError('registration_not_supported', 'registration is not supported')
}

function requireResponse(params: Params, client: Client, config: Pick<CoreConfig, 'compat'>): ResponseType {
  const wanted = params.required('response_type')
  const response_type = offeredResponseTypes(config).find((type) => type === wanted)
  if (!response_type) {
    const advice = wanted.split(' ').includes('token') ? ': use the code flow with PKCE' : ''
    throw new OAuthError('unsupported_response_type', `response_type must be code${advice}`)
  }
  if (!client.response_types.includes(response_type) || !client.grant_types.includes(grantTypeOf[response_type])) {
    const flow = response_type === 'code' ? 'the code flow' : 'response_type token: use the code flow with PKCE'
    throw new OAuthError('unauthorized_client', `this client is not registered for ${flow}`)
  }
  requireKnown('response_mode', params.get('response_mode'), responseModes)
  if (response_type === 'token' && params.get('response_mode') === 'query')
    throw new OAuthError('invalid_request', 'response_mode query would put the access token where servers and histories keep it')
  return response_type
}

function requireKnown(name: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return
  throw new OAuthError('invalid_request', `${name} ${printable(value)} is not supported`)
}

/** PKCE with S256, required of public clients and of those that registered so (RFC 7636 section 4.3, RFC 9700 section 2.1.1). */
function requireChallenge(params: Params, client: Client): string | null {
  const code_challenge = params.get('code_challenge')
  if (code_challenge === undefined) {
    if (params.get('code_challenge_method') !== undefined) throw new OAuthError('invalid_request', 'code_challenge is missing')
    if (client.token_endpoint_auth_method === 'none' || client.require_pkce) {
      throw new OAuthError('invalid_request', 'code_challenge is missing: this client must use PKCE')
    }
    return null
  }
  if (params.get('code_challenge_method') !== 'S256')
    throw new OAuthError('invalid_request', 'code_challenge_method must be S256')
  if (!isChallenge(code_challenge)) throw new OAuthError('invalid_request', 'code_challenge must be the base64url of a SHA-256')
  return code_challenge
}

function readPrompt(value: string | undefined, offered: readonly Prompt[]): Prompt[] {
  const wanted = value === undefined ? [] : value.split(' ')
  for (const prompt of wanted) requireKnown('prompt', prompt, offered)
  if (wanted.includes('none') && wanted.length > 1) throw new OAuthError('invalid_request', 'prompt none stands alone')
  return wanted as Prompt[]
}

function readMaxAge(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,9}$/.test(value)) throw new OAuthError('invalid_request', 'max_age must be a number of seconds')
  return Number(value)
}
