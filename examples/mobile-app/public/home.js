import { byId, element } from './element.js'
import { showLearning, showProfile, showProjects } from './parts.js'
import { keepTrying } from './persistence.js'
import { Problem } from './problem.js'

const names = /** @type {const} */ (['projects', 'learning', 'profile'])
const shows = { projects: showProjects, learning: showLearning, profile: showProfile }

/**
 * The parts of the app behind the sign-in. What was loaded stays in sight while the network is away.
 * @param {object} around
 * @param {import('./menshen-client.js').MenshenClient} around.client
 * @param {ReturnType<typeof import('./apis.js').createApis>} around.apis
 * @param {import('./phrases.js').Phrases} around.phrases
 * @param {ReturnType<typeof import('./strip.js').createStrip>} around.strip
 * @param {(notice: string) => void} around.onEnd
 */
export function createHome({ client, apis, phrases, strip, onEnd }) {
  const screen = byId('home')
  /** Ended when the person signs out, and with it all that is under way. */
  let stay = new AbortController()
  /** @type {Set<string>} */
  const loading = new Set()

  /** @param {string} notice */
  function end(notice) {
    if (stay.signal.aborted) return
    stay.abort()
    screen.hidden = true
    for (const name of names) byId(`${name}-content`).replaceChildren()
    strip.clear()
    onEnd(notice)
  }

  /** @param {typeof names[number]} name */
  async function load(name) {
    const { signal } = stay
    if (loading.has(name)) return
    loading.add(name)
    const content = byId(`${name}-content`)
    content.setAttribute('aria-busy', 'true')
    if (content.childElementCount === 0) content.append(element('p', { class: 'loading' }, phrases.loading))
    try {
      const onTrouble = (/** @type {Problem} */ problem) => strip.trouble(phrases.tabs[name], problem)
      const found = await keepTrying(apis[name], { signal, onTrouble })
      if (!signal.aborted) content.replaceChildren(...shows[name](found, phrases))
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof Problem)) throw error
      if (error.kind === 'ended') return end(phrases.problems.ended)
      content.replaceChildren(element('p', { class: 'empty' }, phrases.partRefused))
    } finally {
      loading.delete(name)
      if (!signal.aborted) strip.over(phrases.tabs[name])
      content.setAttribute('aria-busy', 'false')
    }
  }

  const loadAll = () => Promise.all(names.map(load))

  function showTab() {
    const wanted = names.find((name) => location.hash === `#${name}`) ?? names[0]
    for (const name of names) {
      byId(name).hidden = name !== wanted
      if (name === wanted) byId(`${name}-tab`).setAttribute('aria-current', 'page')
      else byId(`${name}-tab`).removeAttribute('aria-current')
    }
  }

  async function signOut() {
    const told = client.signOut()
    end(phrases.signedOut)
    if (!(await told)) onEnd(phrases.signedOutLater)
  }

  addEventListener('hashchange', () => {
    showTab()
    scrollTo(0, 0)
  })
  addEventListener('online', () => !screen.hidden && loadAll())
  document.addEventListener('visibilitychange', () => !document.hidden && !screen.hidden && loadAll())
  for (const button of screen.querySelectorAll('.refresh')) button.addEventListener('click', loadAll)
  byId('sign-out').addEventListener('click', signOut)

  return {
    show() {
      stay = new AbortController()
      screen.hidden = false
      history.replaceState(null, '', '#projects')
      showTab()
      byId('projects-title').focus({ preventScroll: true }) // who listens to the screen hears where they are
      loadAll()
    },
  }
}
