import { createDraft } from './draft.js'
import { byId } from './element.js'

/**
 * The form with the one field that can be changed. What was typed stays until it is saved.
 * @param {object} around
 * @param {ReturnType<typeof import('./apis.js').createApis>} around.apis
 * @param {import('./phrases.js').Phrases} around.phrases
 * @param {import('./token-session.js').TabStorage} around.storage
 * @param {(task: () => Promise<void>, say: (text: string) => void) => Promise<void>} around.attempt
 */
export function createProfile({ apis, phrases, storage, attempt }) {
  const say = phrases.profile
  const form = /** @type {HTMLFormElement} */ (byId('headline-form'))
  const field = /** @type {HTMLTextAreaElement} */ (byId('headline'))
  /** @type {import('./apis.js').Versioned | undefined} */
  let seen
  /** @type {ReturnType<typeof createDraft> | undefined} */
  let draft
  let isSaving = false

  /** @param {string} text */
  const tell = (text) => {
    byId('headline-said').textContent = text
  }

  /** @param {import('./apis.js').Versioned} found */
  function show(found) {
    const { preferred_username, name } = found.profile
    byId('hello').textContent = phrases.hello(name)
    byId('who').textContent = [name, preferred_username && `@${preferred_username}`].filter(Boolean).join(' · ')
    seen = found
    const typed = draft?.text()
    const text = typed ?? found.profile.headline
    if (field.value === text) return
    field.value = text
    if (typed !== undefined) tell(say.kept)
  }

  async function save() {
    if (!seen || isSaving) return
    isSaving = true
    tell(say.saving)
    try {
      const saved = await apis.writeHeadline(field.value, seen.version)
      if (!saved) return await showConflict()
      draft?.drop()
      show(saved)
      tell(say.saved)
    } finally {
      isSaving = false
    }
  }

  async function showConflict() {
    const found = await apis.profile()
    show(found)
    tell(say.conflict(found.profile.headline))
  }

  field.addEventListener('input', () => {
    draft?.keep(field.value)
    tell('')
  })
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return
    event.preventDefault() // it is one line, however long
    form.requestSubmit()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    attempt(save, tell)
  })

  return {
    /** @param {string} sub Whose it is. */
    open(sub) {
      draft = createDraft(storage, sub)
    },
    load: async () => show(await apis.profile()),
    tell,
    /** Nothing of the person stays. */
    clear() {
      draft?.drop()
      draft = undefined
      seen = undefined
      field.value = ''
      byId('hello').textContent = phrases.hello(undefined)
      byId('who').textContent = ''
      tell('')
    },
  }
}
