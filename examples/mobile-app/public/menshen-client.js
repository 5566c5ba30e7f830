import { Problem, secondsIn } from './problem.js'

/** @typedef {import('./problem.js').ProblemKind} ProblemKind */

/**
 * What outlives the app: the Keychain of iOS, the Keystore of Android. What is asked for takes effect in that order.
 * @typedef {object} Keychain
 * @property {(name: string) => Promise<string | undefined>} get
 * @property {(name: string, secret: string) => Promise<void>} set
 * @property {(name: string) => Promise<void>} delete
 *
 * @typedef {object} Tokens
 * @property {string} access_token
 * @property {number} freshUntil Milliseconds since the epoch; refreshed then, a little before its end.
 *
 * @typedef {object} Options
 * @property {string} issuer The address of Menshen.
 * @property {string} clientId
 * @property {string} scope What the app asks for.
 * @property {readonly string[]} apis The addresses of the APIs; an access token is sent nowhere else.
 * @property {Keychain} keychain
 * @property {typeof globalThis.fetch} [fetch]
 * @property {() => number} [now] Milliseconds since the epoch.
 * @property {(milliseconds: number) => Promise<void>} [wait]
 */

/** An access token is refreshed this long before its end (RFC 7519 section 4.1.4), so that it does not end on the way, in milliseconds. */
const MARGIN = 30_000
/** How long an answer is waited for, in milliseconds. */
const PATIENCE = 8000
/** Waits before a refresh is sent again, in milliseconds. With PATIENCE they stay within auth's grace of 30 seconds for a lost answer. */
const WAITS = [500, 2000]

/**
 * The login of an app with a form of its own (RFC 6749 section 4.3). The access token stays in memory, the refresh token in the keychain; the
 * password is sent once and kept nowhere. Everything that a phone has its own way of doing is passed in.
 */
export class MenshenClient {
  /** @type {Required<Options>} */ #options
  /** @type {Tokens | undefined} */ #tokens
  /** @type {Promise<string> | undefined} The refresh under way, which all who need a token wait for. */ #refreshing
  /** Counts sign-ins and sign-outs: what was asked before one is not kept after it. */ #era = 0

  /** @param {Options} options */
  constructor(options) {
    this.#options = {
      fetch: (...request) => fetch(...request),
      now: Date.now,
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      ...options,
    }
  }

  /** Whether somebody signed in on this phone and did not sign out; auth may have ended it since. */
  async isSignedIn() {
    return (await this.#options.keychain.get('refresh_token')) !== undefined
  }

  /**
   * @param {string} username
   * @param {string} password
   * @throws {Problem} wrongPassword; throttled; unreachable; refused: auth does not take this app.
   */
  async signIn(username, password) {
    await this.finishSignOut()
    const form = { grant_type: 'password', username, password, scope: this.#options.scope }
    const answer = await this.#token(form, 'wrongPassword')
    await this.#keep(answer, ++this.#era)
  }

  /**
   * Asks an API in the person's name; a body must be one that can be sent twice, such as a string. An answer of 401 is one to a token that was
   * just refreshed.
   * @param {string} address
   * @param {RequestInit} [init]
   * @throws {Problem} ended: only a new sign-in helps; throttled; unreachable.
   */
  async fetch(address, init = {}) {
    this.#requireApi(address)
    const access_token = await this.#accessToken()
    const answer = await this.#send(address, authorized(init, access_token))
    if (answer.status !== 401) return answer
    if (this.#tokens?.access_token === access_token) this.#tokens = undefined
    return this.#send(address, authorized(init, await this.#accessToken()))
  }

  /** Signs out on this phone at once, also without a network. Gives whether auth was told of it; if not, `finishSignOut` is to be called later. */
  async signOut() {
    const { keychain } = this.#options
    this.#era++
    this.#tokens = undefined
    this.#refreshing = undefined
    const refresh_token = await keychain.get('refresh_token')
    if (refresh_token === undefined) return true
    await keychain.set('signing_out', refresh_token)
    await keychain.delete('refresh_token')
    return this.finishSignOut().then(
      () => true,
      () => false,
    )
  }

  /**
   * Revokes what the last sign-out left (RFC 7009): one refresh token, and with it all that the sign-in gave.
   * @throws {Problem} unreachable
   */
  async finishSignOut() {
    const { keychain, issuer, clientId } = this.#options
    const token = await keychain.get('signing_out')
    if (token === undefined) return
    await this.#post(`${issuer}/oauth2/revoke`, { client_id: clientId, token, token_type_hint: 'refresh_token' })
    await keychain.delete('signing_out')
  }

  /** @returns {Promise<string>} One that is in force. */
  async #accessToken() {
    const { now } = this.#options
    if (this.#tokens && now() < this.#tokens.freshUntil) return this.#tokens.access_token
    if (this.#refreshing) return this.#refreshing
    const refreshing = this.#refresh().finally(() => {
      if (this.#refreshing === refreshing) this.#refreshing = undefined
    })
    this.#refreshing = refreshing
    return refreshing
  }

  /** A refresh token is used once: its successor is kept before the access token beside it is used (RFC 9700 section 4.14.2). */
  async #refresh() {
    const { keychain } = this.#options
    const era = this.#era
    const refresh_token = await keychain.get('refresh_token') // not from memory: another window may have refreshed
    if (refresh_token === undefined) throw new Problem('ended')
    try {
      const answer = await this.#persist(() => this.#token({ grant_type: 'refresh_token', refresh_token }, 'ended'))
      if (era !== this.#era) throw new Problem('ended')
      await this.#keep(answer, era)
      return answer.access_token
    } catch (error) {
      if (isProblem(error, 'ended') && era === this.#era) await keychain.delete('refresh_token')
      throw error
    }
  }

  /**
   * An answer may be lost on its way. The same refresh token is sent again: within the grace auth gives the same successor once more, and
   * where the question itself was lost, the first one.
   * @template T
   * @param {() => Promise<T>} ask
   * @returns {Promise<T>}
   */
  async #persist(ask) {
    for (const pause of WAITS) {
      try {
        return await ask()
      } catch (error) {
        if (!isProblem(error, 'unreachable')) throw error
        await this.#options.wait(pause)
      }
    }
    return ask()
  }

  /**
   * @param {Record<string, string>} form
   * @param {ProblemKind} invalid_grant What that answer of auth means here.
   */
  async #token(form, invalid_grant) {
    const { issuer, clientId, now } = this.#options
    const askedAt = now()
    const answer = await this.#post(`${issuer}/oauth2/token`, { client_id: clientId, ...form })
    const body = await bodyOf(answer)
    if (answer.ok) return tokensIn(body, askedAt)
    if (body['error'] === 'slow_down') throw new Problem('throttled', { retryAfter: secondsIn(answer) })
    throw new Problem(body['error'] === 'invalid_grant' ? invalid_grant : 'refused', { cause: body })
  }

  /** @param {Tokens & { refresh_token: string | undefined }} answer @param {number} era */
  async #keep({ refresh_token, ...tokens }, era) {
    if (refresh_token !== undefined) await this.#options.keychain.set('refresh_token', refresh_token)
    if (era === this.#era) this.#tokens = tokens
  }

  /**
   * @param {string} address
   * @param {Record<string, string>} form
   */
  async #post(address, form) {
    const answer = await this.#send(address, { method: 'POST', body: new URLSearchParams(form) })
    if (answer.status === 429) throw new Problem('throttled', { retryAfter: secondsIn(answer) })
    if (answer.status >= 500) throw new Problem('unreachable', { cause: answer.status })
    return answer
  }

  /**
   * @param {string} address
   * @param {RequestInit} init
   */
  async #send(address, init) {
    try {
      return await this.#options.fetch(address, {
        signal: AbortSignal.timeout(PATIENCE),
        ...init,
        credentials: 'omit',
        redirect: 'error',
        cache: 'no-store',
      })
    } catch (cause) {
      throw new Problem('unreachable', { cause })
    }
  }

  /** @param {string} address */
  #requireApi(address) {
    if (!this.#options.apis.some((api) => address.startsWith(`${api}/`))) throw new Error(`${address} is of no API of this app`)
  }
}

/** @param {unknown} error @param {ProblemKind} kind */
const isProblem = (error, kind) => error instanceof Problem && error.kind === kind

/** @param {RequestInit} init @param {string} access_token @returns {RequestInit} */
function authorized(init, access_token) {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${access_token}`)
  return { ...init, headers }
}

/** The JSON of an answer; what is none, or breaks off, did not come from auth. @param {Response} answer @returns {Promise<Record<string, unknown>>} */
async function bodyOf(answer) {
  try {
    return Object(await answer.json())
  } catch (cause) {
    throw new Problem('unreachable', { cause })
  }
}

/**
 * What a token answer has for us; one that tells no lifetime lasts until an API refuses it (RFC 6749 section 5.1).
 * @param {Record<string, unknown>} body
 * @param {number} askedAt
 */
function tokensIn({ access_token, refresh_token, expires_in }, askedAt) {
  if (typeof access_token !== 'string') throw new Problem('unreachable', { cause: 'no access token' })
  const lifetime = typeof expires_in === 'number' ? expires_in * 1000 : Number.POSITIVE_INFINITY
  return {
    access_token,
    refresh_token: typeof refresh_token === 'string' ? refresh_token : undefined,
    freshUntil: askedAt + lifetime - Math.min(MARGIN, lifetime / 2),
  }
}
