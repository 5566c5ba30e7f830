import * as openid from 'openid-client'
import { Failure } from './failure.ts'
import type { LoginOptions } from './options.ts'
import type { Session, Tokens } from './session.ts'

/** What must be remembered until the browser comes back (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1). */
export interface Started {
  state: string
  nonce: string
  code_verifier: string
}

export type SignedIn = Pick<Session, 'sub' | 'sid' | 'name' | 'claims' | 'id_token' | 'tokens'>

/** The login server, as a module talks to it. */
export interface Provider {
  /** Where to send the browser. */
  start(asked: { prompt?: string; ui_locales?: string }): Promise<{ address: string; started: Started }>
  /** Checks the answer in the query and redeems its code. */
  finish(started: Started, query: string): Promise<SignedIn>
  refresh(refresh_token: string): Promise<Tokens>
  /** Says that a token won't be used again; any token stands for all of its grant (RFC 7009 section 2.1). */
  revoke(token: string): Promise<void>
  /** Where the browser signs out of the login, if that can be asked for; without an ID token the person is asked there (RP-Initiated Logout section 2). */
  signOutAddress(id_token?: string): Promise<string | undefined>
  metadata(): Promise<openid.ServerMetadata>
}

/** Creates it over openid-client; the login is first asked when somebody signs in. */
export function createProvider(options: LoginOptions & { now: () => number }): Provider {
  const { baseUrl, scope, now } = options
  const configuration = lazyConfiguration(options)
  const redirect_uri = `${baseUrl}/callback`

  return {
    async start(asked) {
      const config = await configuration()
      const started = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        code_verifier: openid.randomPKCECodeVerifier(),
      }
      const address = openid.buildAuthorizationUrl(config, {
        redirect_uri,
        scope,
        state: started.state,
        nonce: started.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(started.code_verifier),
        code_challenge_method: 'S256',
        ...asked,
      })
      return { address: address.href, started }
    },

    async finish({ state, nonce, code_verifier }, query) {
      const config = await configuration()
      const response = await openid.authorizationCodeGrant(config, new URL(`${redirect_uri}${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: code_verifier,
        idTokenExpected: true,
      })
      return signedIn(response, { config, now })
    },

    async refresh(refresh_token) {
      const tokens = tokensOf(await openid.refreshTokenGrant(await configuration(), refresh_token), now())
      return { ...tokens, refresh_token: tokens.refresh_token ?? refresh_token } // none in the answer: the old one stays (RFC 6749 section 6)
    },

    revoke: async (token) => openid.tokenRevocation(await configuration(), token),

    async signOutAddress(id_token) {
      const config = await configuration()
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined
      const hint = id_token === undefined ? {} : { id_token_hint: id_token }
      return openid.buildEndSessionUrl(config, { ...hint, post_logout_redirect_uri: `${baseUrl}/` }).href
    },

    metadata: async () => (await configuration()).serverMetadata(),
  }
}

/** Reads the discovery document once; a failure is forgotten, so that the next sign-in tries again. */
function lazyConfiguration({ issuer, clientId, clientSecret, allowInsecure }: LoginOptions): () => Promise<openid.Configuration> {
  let found: Promise<openid.Configuration> | undefined
  const discover = async () => {
    try {
      return await openid.discovery(new URL(issuer), clientId, {}, openid.ClientSecretBasic(clientSecret), {
        timeout: 5,
        execute: [openid.enableNonRepudiationChecks, ...(allowInsecure ? [openid.allowInsecureRequests] : [])],
      })
    } catch (cause) {
      found = undefined
      throw new Failure('unreachable', { cause })
    }
  }
  return () => {
    found ??= discover()
    return found
  }
}

type Response = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers

/** Who signed in: what the ID token says, and userinfo where the login has it (OpenID Connect Core section 5.4). */
async function signedIn(
  response: Response,
  { config, now }: { config: openid.Configuration; now: () => number },
): Promise<SignedIn> {
  const { id_token = '', access_token } = response
  const told = response.claims()
  if (!told) throw new Failure('misconfigured', { code: 'no ID token' })
  const hasUserinfo = config.serverMetadata().userinfo_endpoint !== undefined
  const userinfo = hasUserinfo ? await openid.fetchUserInfo(config, access_token, told.sub).catch(() => undefined) : undefined
  const claims = { ...userinfo, ...told }
  const sid = typeof told['sid'] === 'string' ? told['sid'] : undefined
  return { sub: told.sub, sid, name: nameIn(claims), claims, id_token, tokens: tokensOf(response, now()) }
}

function nameIn(claims: Record<string, unknown>): string | undefined {
  const names = [claims['name'], claims['nickname'], claims['preferred_username']]
  return names.find((name): name is string => typeof name === 'string' && name !== '')
}

/** Tokens with the time of their end; one that says nothing lasts until an API refuses it (RFC 6749 section 5.1). */
const tokensOf = ({ access_token, refresh_token, expires_in }: openid.TokenEndpointResponse, now: number): Tokens => ({
  access_token,
  refresh_token,
  expiresAt: now + (expires_in ?? Number.MAX_SAFE_INTEGER) * 1000,
})
