import { Failure } from './failure.js'

/**
 * A session whose tokens the back end holds: the page has a cookie that it can't read, and nothing to refresh, to lose or to steal.
 * @param {{ page: import('./token-session.js').BrowserPage }} around
 * @returns {import('./token-session.js').Session}
 */
export function createCookieSession({ page }) {
  /** @param {string} address @param {RequestInit} [init] */
  async function ask(address, init = {}) {
    const headers = new Headers(init.headers)
    headers.set('x-own-script', '1') // no form of another site can send it
    try {
      return await fetch(address, { signal: AbortSignal.timeout(12_000), ...init, headers, redirect: 'error' })
    } catch (cause) {
      throw new Failure('unreachable', { cause })
    }
  }

  return {
    async open() {
      const answer = await ask('/bff/session')
      if (!answer.ok) throw new Failure('unreachable', { cause: answer.status })
      return (await answer.json()).person ?? undefined
    },

    async fetch(address, init) {
      const answer = await ask(address, init)
      if (answer.status === 401) throw new Failure('ended')
      if (answer.status === 502) throw new Failure('misconfigured', { code: 'invalid_token' })
      return answer
    },

    signIn() {
      const { pathname, hash } = new URL(page.address())
      return page.leave(`/bff/login?${new URLSearchParams({ return_to: pathname + hash })}`)
    },

    async signOut() {
      page.submit({ action: '/bff/logout', fields: {} })
    },

    forget() {},
  }
}
