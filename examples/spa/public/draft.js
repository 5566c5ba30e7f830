/**
 * What a person has typed and not saved, in this tab alone: it outlives a reload and a new sign-in, and nobody else is shown it.
 * @param {import('./token-session.js').TabStorage} storage
 * @param {string} sub Whose it is.
 */
export function createDraft(storage, sub) {
  return {
    /** @param {string} text */
    keep: (text) => storage.setItem('draft', JSON.stringify({ sub, text })),
    /** @returns {string | undefined} */
    text() {
      const kept = JSON.parse(storage.getItem('draft') ?? '{}')
      if (kept.sub === sub) return kept.text
      storage.removeItem('draft')
      return undefined
    },
    drop: () => storage.removeItem('draft'),
  }
}
