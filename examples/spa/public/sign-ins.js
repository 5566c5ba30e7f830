/**
 * @typedef {import('./authorization-server.js').Started & { place: string, silent: boolean }} SignIn A sign-in that was begun in this tab. `place`: where
 * the person was; `silent`: that nobody is signed in is an answer, not a failure.
 */

/**
 * The sign-ins that have not come back. They lie in the tab's own storage, which outlives the way to Menshen; no token ever does.
 * @param {import('./token-session.js').TabStorage} storage
 */
export function createSignIns(storage) {
  return {
    /** @param {SignIn} signIn */
    add(signIn) {
      storage.setItem(`sign-in ${signIn.state}`, JSON.stringify(signIn))
    },
    /**
     * Takes the one that an answer belongs to, once; an answer that this tab did not ask for takes none.
     * @param {string} state
     * @returns {SignIn | undefined}
     */
    take(state) {
      const kept = storage.getItem(`sign-in ${state}`)
      storage.removeItem(`sign-in ${state}`)
      return kept === null ? undefined : JSON.parse(kept)
    },
  }
}
