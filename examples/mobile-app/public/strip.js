import { byId } from './element.js'

/**
 * The strip at the top of the app: what is in trouble, and that it goes on by itself.
 * @param {import('./phrases.js').Phrases} phrases
 */
export function createStrip(phrases) {
  const strip = byId('strip')
  /** By the name of a part. @type {Map<string, { kind: string, until: number }>} */
  const troubles = new Map()

  function text() {
    if (!navigator.onLine) return phrases.strip.offline
    const open = [...troubles].filter(([, { kind, until }]) => kind !== 'throttled' || until > Date.now())
    if (open.length === 0) return ''
    const waits = open.filter(([, { kind }]) => kind === 'throttled').map(([, { until }]) => until - Date.now())
    if (waits.length > 0) return phrases.strip.throttled(Math.ceil(Math.max(...waits) / 1000))
    return phrases.strip.unreachable(open.map(([name]) => name).join(phrases.and))
  }

  function show() {
    const now = text()
    if (strip.textContent !== now) strip.textContent = now
    strip.hidden = now === ''
  }

  addEventListener('online', show)
  addEventListener('offline', show)
  setInterval(show, 1000)

  return {
    show,
    /** @param {string} name @param {import('./problem.js').Problem} problem */
    trouble(name, { kind, retryAfter = 0 }) {
      troubles.set(name, { kind, until: Date.now() + retryAfter * 1000 })
      show()
    },
    /** @param {string} name */
    over(name) {
      troubles.delete(name)
      show()
    },
    clear() {
      troubles.clear()
      show()
    },
  }
}
