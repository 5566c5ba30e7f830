import { Failure, isFailure } from './failure.js'

/**
 * @typedef {object} Answer
 * @property {string} access_token
 * @property {string} [refresh_token]
 * @property {number} [expires_in] Seconds.
 */

/** An access token is refreshed this long before its end, so that it does not end on the way, in milliseconds. */
const margin = 30_000

/**
 * The tokens of this tab, in a variable that no other script can reach: not in a storage, not in a cookie, not in another tab.
 * @param {{ refresh: (refresh_token: string) => Promise<Answer>, now: () => number }} around
 */
export function createTokens({ refresh, now }) {
  /** @type {{ access_token: string, refresh_token: string | undefined, freshUntil: number } | undefined} */
  let held
  /** @type {Promise<string> | undefined} The refresh under way, which all who need a token wait for. */
  let refreshing

  /** @param {Answer} answer */
  function keep({ access_token, refresh_token = held?.refresh_token, expires_in = Number.MAX_SAFE_INTEGER }) {
    const lifetime = expires_in * 1000
    held = { access_token, refresh_token, freshUntil: now() + lifetime - Math.min(margin, lifetime / 2) }
  }

  function renewed() {
    refreshing ??= renew().finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  async function renew() {
    const used = held
    if (used?.refresh_token === undefined) throw new Failure('ended')
    try {
      const answer = await refresh(used.refresh_token)
      if (held !== used) throw new Failure('ended') // signed out meanwhile
      keep(answer)
      return answer.access_token
    } catch (error) {
      if (!isFailure(error, 'stale')) throw error
      held = undefined
      throw new Failure('ended', { cause: error })
    }
  }

  return {
    keep,
    forget() {
      held = undefined
    },
    /** An access token that is in force. @throws {Failure} ended; unreachable. */
    async current() {
      return held && now() < held.freshUntil ? held.access_token : renewed()
    },
    /** Another one than this, which an API refused. @param {string} useless */
    async otherThan(useless) {
      return held && held.access_token !== useless ? held.access_token : renewed()
    },
  }
}
