import { createCountdown } from './countdown.js'
import { byId } from './element.js'
import { Problem } from './problem.js'

/**
 * The form for name and password. What was typed stays until it has worked.
 * @param {object} around
 * @param {import('./menshen-client.js').MenshenClient} around.client
 * @param {import('./phrases.js').Phrases} around.phrases
 * @param {() => void} around.onSignedIn
 */
export function createSignIn({ client, phrases, onSignedIn }) {
  const screen = byId('sign-in')
  const form = /** @type {HTMLFormElement} */ (byId('sign-in-form'))
  const username = /** @type {HTMLInputElement} */ (byId('username'))
  const password = /** @type {HTMLInputElement} */ (byId('password'))
  const reveal = /** @type {HTMLInputElement} */ (byId('reveal'))
  const button = byId('sign-in-button')
  const notice = byId('sign-in-notice')
  let isBusy = false
  /** Only the button counts, which nobody is read out loud; the wait is said once. */
  const countdown = createCountdown({
    onSecond: (left) => setBusy(true, phrases.signIn.waiting(left)),
    onEnd: () => {
      ready()
      say(phrases.problems.goOn)
    },
  })

  /** @param {string} text */
  function say(text) {
    notice.textContent = text
    notice.hidden = text === ''
  }

  /** @param {boolean} busy @param {string} label */
  function setBusy(busy, label) {
    isBusy = busy
    button.textContent = label
    button.setAttribute('aria-disabled', String(busy))
  }

  function ready() {
    countdown.stop()
    setBusy(false, phrases.signIn.submit)
  }

  /** @param {Problem} problem */
  function explain({ kind, retryAfter = 0 }) {
    say(kind === 'throttled' ? phrases.problems.throttled(retryAfter) : phrases.problems[kind])
    if (kind === 'throttled') countdown.start(retryAfter)
    if (kind === 'wrongPassword') password.select()
  }

  async function submit() {
    if (isBusy) return
    if (username.value.trim() === '' || password.value === '') return missing()
    setBusy(true, phrases.signIn.working)
    say('')
    try {
      await client.signIn(username.value, password.value)
      form.reset()
      password.type = 'password'
      ready()
      onSignedIn()
    } catch (error) {
      ready()
      if (!(error instanceof Problem)) throw error
      explain(error)
    }
  }

  function missing() {
    say(phrases.signIn.missing)
    const empty = username.value.trim() === '' ? username : password
    empty.focus()
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    submit()
  })
  reveal.addEventListener('change', () => {
    password.type = reveal.checked ? 'text' : 'password'
  })

  return {
    /** @param {string} [text] Why the form is shown. */
    show(text = '') {
      screen.hidden = false
      ready()
      say(text)
    },
    hide() {
      screen.hidden = true
    },
  }
}
