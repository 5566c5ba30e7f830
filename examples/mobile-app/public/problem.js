/** @typedef {'wrongPassword' | 'throttled' | 'unreachable' | 'ended' | 'refused'} ProblemKind */

/** Why something could not be done, in the words of the app. */
export class Problem extends Error {
  /**
   * @param {ProblemKind} kind
   * @param {{ retryAfter?: number, cause?: unknown }} [more] `retryAfter`: seconds until the next try may be made.
   */
  constructor(kind, { retryAfter, cause } = {}) {
    super(kind, { cause })
    this.name = 'Problem'
    this.kind = kind
    this.retryAfter = retryAfter
  }
}

/** Of Retry-After (RFC 9110 section 10.2.3); 5 where it says nothing (RFC 8628 section 3.5). @param {Response} answer */
export function secondsIn(answer) {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : 5
}
