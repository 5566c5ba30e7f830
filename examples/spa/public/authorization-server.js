import { Failure } from './failure.js'

/**
 * @typedef {typeof import('oauth4webapi')} OAuth
 * @typedef {object} TokenConfig What `config.json` tells the page that holds tokens. Nothing of it is secret.
 * @property {string} issuer
 * @property {string} clientId
 * @property {string} redirect_uri
 * @property {string} scope
 * @property {string} userApiUrl
 * @property {string} projectApiUrl
 *
 * @typedef {object} Started What must be remembered until the browser comes back.
 * @property {string} state
 * @property {string} nonce
 * @property {string} code_verifier
 */

/** How long an answer is waited for, in milliseconds. */
const patience = 8000

/**
 * Menshen, as a public client talks to it: code flow with PKCE, state, nonce and iss (RFC 9700 section 2.1), on oauth4webapi.
 * @param {{ oauth: OAuth, config: TokenConfig, locale: string }} around
 */
export function createAuthorizationServer({ oauth, config: { issuer, clientId: client_id, redirect_uri, scope }, locale }) {
  const client = { client_id }
  const options = () => ({
    [oauth.allowInsecureRequests]: issuer.startsWith('http:'), // the deployer's word: on one's own machine
    signal: AbortSignal.timeout(patience),
  })

  /** @type {Promise<import('oauth4webapi').AuthorizationServer> | undefined} */
  let found
  function server() {
    found ??= discover().catch((error) => {
      found = undefined // the next one asks again
      throw error
    })
    return found
  }
  async function discover() {
    const address = new URL(issuer)
    return oauth.processDiscoveryResponse(address, await oauth.discoveryRequest(address, options()))
  }

  return {
    /**
     * Where to send the browser, and what to remember.
     * @param {'none' | undefined} prompt
     */
    begin: (prompt) =>
      translated(oauth, async () => {
        const { authorization_endpoint = '' } = await server()
        const started = {
          state: oauth.generateRandomState(),
          nonce: oauth.generateRandomNonce(),
          code_verifier: oauth.generateRandomCodeVerifier(),
        }
        const address = new URL(authorization_endpoint)
        address.search = new URLSearchParams({
          response_type: 'code',
          client_id,
          redirect_uri,
          scope,
          state: started.state,
          nonce: started.nonce,
          code_challenge: await oauth.calculatePKCECodeChallenge(started.code_verifier),
          code_challenge_method: 'S256',
          ui_locales: locale,
          ...(prompt && { prompt }),
        }).toString()
        return { address: address.href, started }
      }),

    /**
     * Checks what came back and redeems the code.
     * @param {Started} started
     * @param {URLSearchParams} answer
     */
    finish: ({ state, nonce, code_verifier }, answer) =>
      translated(oauth, async () => {
        const as = await server()
        const params = oauth.validateAuthResponse(as, client, answer, state)
        const response = await oauth.authorizationCodeGrantRequest(
          as,
          client,
          oauth.None(),
          params,
          redirect_uri,
          code_verifier,
          options(),
        )
        const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
          expectedNonce: nonce,
          requireIdToken: true,
        })
        return { tokens, claims: oauth.getValidatedIdTokenClaims(tokens) }
      }),

    /** @param {string} refresh_token */
    refresh: (refresh_token) =>
      translated(oauth, async () => {
        const as = await server()
        const response = await oauth.refreshTokenGrantRequest(as, client, oauth.None(), refresh_token, options())
        return oauth.processRefreshTokenResponse(as, client, response)
      }),

    /**
     * The form that signs the person out of Menshen, and so of every module (RP-Initiated Logout 1.0 section 2); posted, as an ID token belongs in
     * no address.
     * @param {string} id_token_hint
     */
    signOutForm: (id_token_hint) =>
      translated(oauth, async () => ({
        action: (await server()).end_session_endpoint ?? '',
        fields: { id_token_hint, post_logout_redirect_uri: redirect_uri },
      })),
  }
}

/**
 * Lets what the library throws leave as a failure that can be told to a person.
 * @template T
 * @param {OAuth} oauth
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
async function translated(oauth, task) {
  try {
    return await task()
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError)
      throw new Failure(kinds.get(error.error) ?? 'misconfigured', { code: error.error, cause: error })
    if (error instanceof oauth.OperationProcessingError && !outages.has(error.code ?? ''))
      throw new Failure('stale', { code: error.code, cause: error })
    throw new Failure('unreachable', { cause: error })
  }
}

/** Menshen's own words (RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core section 3.1.2.6); any other means that it refuses this app. */
const kinds = new Map(
  /** @type {Array<[string, import('./failure.js').FailureKind]>} */ ([
    ['access_denied', 'refused'],
    ['invalid_grant', 'stale'],
    ['login_required', 'stale'],
    ['server_error', 'unreachable'],
    ['temporarily_unavailable', 'unreachable'],
  ]),
)

const outages = new Set(['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR'])
