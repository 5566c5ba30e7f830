/** @typedef {'ended' | 'refused' | 'stale' | 'foreign' | 'notFound' | 'tooLong' | 'misconfigured' | 'unreachable' | 'unexpected'} FailureKind */

/** What can go wrong for a person. `ended`: only a new sign-in helps. */
export class Failure extends Error {
  /**
   * @param {FailureKind} kind
   * @param {{ code?: string | undefined, cause?: unknown }} [more] `code`: the protocol's own word, for whoever is asked for help.
   */
  constructor(kind, { code, cause } = {}) {
    super(code === undefined ? kind : `${kind} (${code})`, { cause })
    this.name = 'Failure'
    this.kind = kind
    this.code = code
  }
}

/** @param {unknown} error @param {FailureKind} kind @returns {error is Failure} */
export const isFailure = (error, kind) => error instanceof Failure && error.kind === kind
