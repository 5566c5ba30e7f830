import { Problem } from './problem.js'

/**
 * Tries until it works: again once the network is back, after what Retry-After says, or else after waits that double up to half a minute.
 * @template T
 * @param {() => Promise<T>} task
 * @param {{ signal: AbortSignal, onTrouble: (problem: Problem) => void }} around
 * @returns {Promise<T>}
 */
export async function keepTrying(task, { signal, onTrouble }) {
  for (let seconds = 2; ; seconds = Math.min(seconds * 2, 30)) {
    try {
      return await task()
    } catch (error) {
      signal.throwIfAborted()
      if (!isPassing(error)) throw error
      onTrouble(error)
      await pause(error.retryAfter ?? seconds, error.kind === 'throttled' ? [] : ['online'], signal)
    }
  }
}

/** @param {unknown} error @returns {error is Problem} */
const isPassing = (error) => error instanceof Problem && (error.kind === 'unreachable' || error.kind === 'throttled')

/** @param {number} seconds @param {string[]} endedBy Events of the window. @param {AbortSignal} signal */
function pause(seconds, endedBy, signal) {
  const heard = new AbortController()
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000)
    const until = AbortSignal.any([signal, heard.signal])
    for (const name of endedBy) addEventListener(name, resolve, { signal: until })
    signal.addEventListener('abort', () => reject(signal.reason), { signal: heard.signal })
    heard.signal.addEventListener('abort', () => clearTimeout(timer))
  }).finally(() => heard.abort())
}
