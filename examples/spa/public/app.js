import { createApis } from './apis.js'
import { byId } from './element.js'
import { Failure } from './failure.js'
import { createProfile } from './profile.js'
import { showProjects } from './projects.js'

const screens = ['waiting', 'welcome', 'failure', 'home']

/**
 * The page: who is signed in sees their profile and their projects, everybody else a button. It does not know who holds the tokens.
 * @param {object} around
 * @param {import('./token-session.js').Session} around.session
 * @param {{ userApiUrl: string, projectApiUrl: string }} around.addresses
 * @param {import('./phrases.js').Phrases} around.phrases
 * @param {import('./token-session.js').TabStorage} around.storage
 * @param {string} around.home Where the page begins.
 */
export function createApp({ session, addresses, phrases, storage, home }) {
  const apis = createApis(session, addresses)
  const profile = createProfile({ apis, phrases, storage, attempt })
  /** Tells the other tabs; it carries no more than the word. */
  const tabs = new BroadcastChannel('signed-out')

  /** @param {string} wanted */
  function show(wanted) {
    for (const screen of screens) byId(screen).hidden = screen !== wanted
    byId('sign-out').hidden = wanted !== 'home'
    byId('how').hidden = wanted === 'waiting' || wanted === 'failure'
  }

  /** @param {string} [notice] */
  function showWelcome(notice = '') {
    byId('welcome-notice').textContent = notice
    byId('welcome-notice').hidden = notice === ''
    show('welcome')
  }

  /** @param {import('./token-session.js').Person} person */
  function showHome({ sub }) {
    profile.open(sub)
    show('home')
    byId('hello').focus({ preventScroll: true }) // who listens to the screen hears where they are
    load()
  }

  /** @param {Failure} failure */
  function showFailure({ kind, code }) {
    const { title, text, again } = phrases.failures[kind]
    byId('failure-title').textContent = title
    byId('failure-text').textContent = text
    byId('failure-code').textContent = `${phrases.code}: ${code}`
    byId('failure-code').hidden = kind !== 'misconfigured' || code === undefined
    byId('start-again').textContent = again
    show('failure')
    byId('failure-title').focus({ preventScroll: true })
  }

  const load = () =>
    Promise.all([
      attempt(profile.load, profile.tell),
      attempt(async () => showProjects(await apis.projects(), phrases), tellOfProjects),
    ])

  /** @param {string} text */
  const tellOfProjects = (text) => {
    byId('projects-said').textContent = text
  }

  /**
   * Does it. When the sign-in has ended, a new one leads back here; what was typed is kept.
   * @param {() => Promise<void>} task
   * @param {(text: string) => void} tell
   */
  async function attempt(task, tell) {
    try {
      await task()
      if (tell === tellOfProjects) tell('')
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      if (error.kind === 'ended') return signIn()
      if (error.kind === 'misconfigured') return showFailure(error)
      tell(phrases.troubles[error.kind === 'unreachable' ? 'unreachable' : 'unexpected'])
    }
  }

  /** Leads to the sign-in, once, however many calls have found that it has ended. */
  let leaving = false
  async function signIn() {
    if (leaving) return
    leaving = true
    show('waiting')
    await session.signIn().catch(fail)
    leaving = false
  }

  async function signOut() {
    clear()
    show('waiting')
    storage.setItem('signed-out', 'here')
    tabs.postMessage('signed out')
    await session.signOut().catch((error) => {
      storage.removeItem('signed-out')
      fail(error)
    })
  }

  /** Nothing of the person stays. */
  function clear() {
    profile.clear()
    byId('projects-content').replaceChildren()
  }

  /** @param {unknown} error */
  function fail(error) {
    showFailure(error instanceof Failure ? error : new Failure('unexpected'))
    if (!(error instanceof Failure)) throw error // the console says why
  }

  tabs.addEventListener('message', () => {
    session.forget()
    clear()
    showWelcome(phrases.signedOut)
  })
  byId('sign-in').addEventListener('click', signIn)
  byId('sign-out').addEventListener('click', signOut)
  byId('refresh').addEventListener('click', load)
  byId('start-again').addEventListener('click', () => location.assign(home))
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload()) // "back" shows nothing of who has left
  document.addEventListener('visibilitychange', () => !document.hidden && !byId('home').hidden && load())

  return {
    /** @param {string} told What the server says has gone wrong, if anything. */
    async start(told) {
      const hasLeft = storage.getItem('signed-out') !== null
      storage.removeItem('signed-out')
      if (told !== '') return showFailure(failureIn(told))
      if (hasLeft) return showWelcome(phrases.signedOut) // nobody is asked who is there
      try {
        const person = await session.open()
        if (person) showHome(person)
        else showWelcome()
      } catch (error) {
        fail(error)
      }
    },
  }
}

/** @param {string} told */
function failureIn(told) {
  const [kind, code] = told.split(' ')
  return new Failure(/** @type {import('./failure.js').FailureKind} */ (kind), { code })
}
