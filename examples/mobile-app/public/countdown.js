/**
 * Counts whole seconds down by the clock, which goes on while the phone sleeps.
 * @param {{ onSecond: (left: number) => void, onEnd: () => void }} to
 */
export function createCountdown({ onSecond, onEnd }) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer
  const stop = () => clearInterval(timer)

  return {
    stop,
    /** @param {number} seconds */
    start(seconds) {
      const end = Date.now() + seconds * 1000
      const tick = () => {
        const left = Math.ceil((end - Date.now()) / 1000)
        if (left > 0) return onSecond(left)
        stop()
        onEnd()
      }
      timer = setInterval(tick, 250)
      tick()
    },
  }
}
