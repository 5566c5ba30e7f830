import * as openid from 'openid-client'
import type { Options } from './options.ts'

/** What one sign-in gave. */
export interface Tokens {
  access_token: string
  refresh_token: string | undefined
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** A sign-in that was started: where the browser goes, and how its answer is turned into tokens. */
export interface Started {
  address: string
  state: string
  /** Checks `state`, `iss` and the ID token, and redeems the code (RFC 6749 section 4.1.3, RFC 9207, RFC 7636). */
  finish(answer: URL): Promise<Tokens>
}

/** Menshen, as this program needs it. */
export interface Provider {
  start(redirect_uri: string): Promise<Started>
  refresh(refresh_token: string): Promise<Tokens>
  /** Ends the sign-in that a refresh token belongs to (RFC 7009). */
  revoke(refresh_token: string): Promise<void>
}

const scope = 'openid profile offline_access user:read project:read'

/** Creates it over openid-client; the discovery document is read when it is first needed. */
export function createProvider({ issuer, clientId }: Options, now: () => number): Provider {
  const insecure = issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [] // this machine only, see options.ts
  const discover = () =>
    openid.discovery(new URL(issuer), clientId, {}, openid.None(), {
      timeout: 5,
      execute: [openid.enableNonRepudiationChecks, ...insecure],
    })

  const tokensOf = ({ access_token, refresh_token, expires_in = 0 }: openid.TokenEndpointResponse): Tokens => ({
    access_token,
    refresh_token,
    expiresAt: now() + expires_in * 1000,
  })

  return {
    async start(redirect_uri) {
      const config = await discover()
      const [state, nonce, verifier] = [openid.randomState(), openid.randomNonce(), openid.randomPKCECodeVerifier()]
      const address = openid.buildAuthorizationUrl(config, {
        redirect_uri,
        scope,
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      })
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true }
      return {
        address: address.href,
        state,
        finish: async (answer) => tokensOf(await openid.authorizationCodeGrant(config, answer, checks)),
      }
    },
    refresh: async (refresh_token) => tokensOf(await openid.refreshTokenGrant(await discover(), refresh_token)),
    revoke: async (refresh_token) => openid.tokenRevocation(await discover(), refresh_token),
  }
}
