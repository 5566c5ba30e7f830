import { createAuthorizationServer } from './authorization-server.js'
import { Failure } from './failure.js'
import { createSignIns } from './sign-ins.js'
import { createTokens } from './tokens.js'

/**
 * @typedef {object} Person
 * @property {string} sub
 *
 * @typedef {object} TabStorage What outlives a visit to Menshen, in this tab alone.
 * @property {(name: string) => string | null} getItem
 * @property {(name: string, value: string) => void} setItem
 * @property {(name: string) => void} removeItem
 *
 * @typedef {object} BrowserPage What the browser does for a session.
 * @property {() => string} address
 * @property {(place: string) => void} show Shows another address without loading it.
 * @property {(address: string, way?: 'aside') => Promise<never>} leave Goes there; `aside`: "back" will not lead here.
 * @property {(form: { action: string, fields: Record<string, string> }) => void} submit Goes there with a form.
 * @property {TabStorage} storage
 *
 * @typedef {object} Session Somebody is signed in, whoever holds the tokens.
 * @property {() => Promise<Person | undefined>} open Who is signed in, if anybody is.
 * @property {(address: string, init?: RequestInit) => Promise<Response>} fetch Asks an API in the person's name. Throws the failure `ended`.
 * @property {() => Promise<never>} signIn Leads to the sign-in, and back to the same place.
 * @property {() => Promise<void>} signOut Here and everywhere.
 * @property {() => void} forget Here alone: another tab has signed out.
 */

/** Milliseconds after a sign-in in which an API that refuses its token is no reason to sign in again: that would never end. */
const settling = 30_000

/**
 * A session whose tokens the page itself holds. A reload loses them, and gets new ones by a visit to Menshen that shows nothing (prompt=none).
 * @param {object} around
 * @param {import('./authorization-server.js').OAuth} around.oauth
 * @param {import('./authorization-server.js').TokenConfig} around.config
 * @param {string} around.locale
 * @param {BrowserPage} around.page
 * @param {() => number} [around.now]
 * @returns {Session}
 */
export function createTokenSession({ oauth, config, locale, page, now = Date.now }) {
  const server = createAuthorizationServer({ oauth, config, locale })
  const signIns = createSignIns(page.storage)
  const tokens = createTokens({ refresh: server.refresh, now })
  const apis = [config.userApiUrl, config.projectApiUrl]
  let id_token = ''
  let signedInAt = 0

  /** @param {boolean} silent */
  async function begin(silent) {
    const { address, started } = await server.begin(silent ? 'none' : undefined)
    signIns.add({ ...started, silent, place: placeIn(page.address()) })
    return page.leave(address, silent ? 'aside' : undefined)
  }

  /** @param {URLSearchParams} answer */
  async function finish(answer) {
    const signIn = signIns.take(answer.get('state') ?? '')
    page.show(signIn?.place ?? '/') // what came is used once: a reload begins anew
    if (!signIn) throw new Failure('stale')
    try {
      const came = await server.finish(signIn, answer)
      tokens.keep(came.tokens)
      id_token = came.tokens.id_token ?? ''
      signedInAt = now()
      return { sub: came.claims?.sub ?? '' }
    } catch (error) {
      if (signIn.silent && isNobody(error)) return undefined
      throw error
    }
  }

  /** @param {string} address @param {RequestInit} init @param {string} access_token */
  async function send(address, init, access_token) {
    if (!apis.some((api) => address.startsWith(`${api}/`))) throw new Error(`${address} is of no API of this app`)
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${access_token}`)
    try {
      return await fetch(address, { signal: AbortSignal.timeout(8000), ...init, headers, credentials: 'omit', redirect: 'error' })
    } catch (cause) {
      throw new Failure('unreachable', { cause })
    }
  }

  return {
    async open() {
      const address = new URL(page.address())
      if (address.origin !== new URL(config.redirect_uri).origin) return page.leave(config.redirect_uri, 'aside') // 127.0.0.1
      const isAnswer = address.searchParams.has('code') || address.searchParams.has('error')
      return isAnswer ? finish(address.searchParams) : begin(true)
    },

    async fetch(address, init = {}) {
      const access_token = await tokens.current()
      const answer = await send(address, init, access_token)
      if (answer.status !== 401) return answer
      const again = await send(address, init, await tokens.otherThan(access_token))
      if (again.status !== 401) return again
      throw now() - signedInAt < settling ? new Failure('misconfigured', { code: 'invalid_token' }) : new Failure('ended')
    },

    signIn: () => begin(false),

    async signOut() {
      tokens.forget()
      page.submit(await server.signOutForm(id_token))
    },

    forget: tokens.forget,
  }
}

/** Where the person is, without what the login has put there. @param {string} address */
function placeIn(address) {
  const { pathname, hash } = new URL(address)
  return pathname + hash
}

/** The answers that a page would be needed (OpenID Connect Core section 3.1.2.6). */
const needsPage = new Set(['login_required', 'interaction_required', 'consent_required', 'account_selection_required'])
/** @param {unknown} error */
const isNobody = (error) => error instanceof Failure && needsPage.has(error.code ?? '')
