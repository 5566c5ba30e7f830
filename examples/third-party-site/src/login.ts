import * as openid from 'openid-client'
import { Failure } from './failure.ts'
import type { SiteOptions } from './options.ts'
import type { PendingLogin, Tokens } from './session.ts'

/** What this site asks for: who the person is, and to read what they learned. */
const scope = 'openid profile learning:read'

/** Who came back from the login, with what they allowed. */
export interface SignedIn {
  name: string | undefined
  tokens: Tokens
}

/** "Sign in with Menshen", as this site needs it. */
export interface Login {
  /** Where to send the browser, and what must be remembered until it returns. */
  start(browser: string, locale: string): Promise<{ address: string; pending: PendingLogin }>
  /** Checks the answer in the query and redeems its code. */
  finish(pending: PendingLogin, query: string): Promise<SignedIn>
  refresh(refresh_token: string): Promise<Tokens>
  /** Tells the login that a token won't be used again. */
  revoke(token: string): Promise<void>
}

/** Creates the login over openid-client; the login server is first asked when somebody signs in. */
export function createLogin(options: SiteOptions): Login {
  const configuration = lazyConfiguration(options)
  const now = options.now ?? Date.now
  const redirect_uri = `${options.baseUrl}/callback`

  return {
    async start(browser, locale) {
      const config = await configuration()
      const pending = newPendingLogin(browser)
      const address = openid.buildAuthorizationUrl(config, {
        redirect_uri,
        scope,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pending.code_verifier),
        code_challenge_method: 'S256',
        ui_locales: locale,
      })
      return { address: address.href, pending }
    },

    async finish({ state, nonce, code_verifier }, query) {
      const config = await configuration()
      const answer = new URL(`${redirect_uri}${query}`)
      const response = await openid.authorizationCodeGrant(config, answer, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: code_verifier,
      })
      return { name: await nameOf(response, config), tokens: tokensOf(response, now()) }
    },

    async refresh(refresh_token) {
      const tokens = tokensOf(await openid.refreshTokenGrant(await configuration(), refresh_token), now())
      return { ...tokens, refresh_token: tokens.refresh_token ?? refresh_token } // none in the answer: the old one stays (RFC 6749 section 6)
    },

    revoke: async (token) => openid.tokenRevocation(await configuration(), token),
  }
}

/** Reads the discovery document once; a failure is forgotten, so that the next sign-in tries again. */
function lazyConfiguration({ issuer, clientId, clientSecret, allowInsecure }: SiteOptions): () => Promise<openid.Configuration> {
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

const newPendingLogin = (browser: string): PendingLogin => ({
  browser,
  state: openid.randomState(),
  nonce: openid.randomNonce(),
  code_verifier: openid.randomPKCECodeVerifier(),
  outcome: undefined,
})

/** Tokens with the time of their end; one that says nothing lasts until an API refuses it (RFC 6749 section 5.1). */
const tokensOf = ({ access_token, refresh_token, expires_in }: openid.TokenEndpointResponse, now: number): Tokens => ({
  access_token,
  refresh_token,
  expiresAt: now + (expires_in ?? Number.POSITIVE_INFINITY) * 1000,
})

type Response = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers

/** The person's name: from the ID token, else from userinfo where the login has it (OpenID Connect Core section 5.4). */
async function nameOf(response: Response, config: openid.Configuration): Promise<string | undefined> {
  const claims = response.claims()
  const name = readName(claims)
  if (name !== undefined || !claims || !config.serverMetadata().userinfo_endpoint) return name
  const userinfo = await openid.fetchUserInfo(config, response.access_token, claims.sub).catch(() => undefined)
  return readName(userinfo)
}

function readName(claims: Record<string, unknown> | undefined): string | undefined {
  const names = [claims?.['name'], claims?.['nickname'], claims?.['preferred_username']]
  return names.find((name): name is string => typeof name === 'string' && name !== '')
}
