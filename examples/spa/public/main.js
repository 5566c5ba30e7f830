import { createApp } from './app.js'
import { createCookieSession } from './cookie-session.js'
import { byId, element } from './element.js'
import * as oauth from './oauth4webapi.js'
import { fillIn, phrasesFor } from './phrases.js'
import { createTokenSession } from './token-session.js'

const phrases = phrasesFor(navigator.languages)
fillIn(phrases)
byId('moment').hidden = false

/** @type {import('./token-session.js').BrowserPage} */
const page = {
  address: () => location.href,
  show: (place) => history.replaceState(null, '', place),
  leave(address, way) {
    if (way === 'aside') location.replace(address)
    else location.assign(address)
    return new Promise(() => {}) // this page ends
  },
  submit({ action, fields }) {
    const inputs = Object.entries(fields).map(([name, value]) => element('input', { type: 'hidden', name, value }))
    const form = /** @type {HTMLFormElement} */ (element('form', { method: 'post', action }, ...inputs))
    document.body.append(form)
    form.submit()
  },
  storage: sessionStorage,
}

start().catch((error) => {
  byId('moment').textContent = phrases.failed
  throw error // the console says why
})

async function start() {
  const home = location.pathname.startsWith('/bff/') ? '/bff/' : '/'
  const config = await (await fetch(`${home}config.json`)).json()
  const { holder } = config
  const session =
    holder === 'page' ? createTokenSession({ oauth, config, locale: phrases.locale, page }) : createCookieSession({ page })
  const how = phrases.how[holder === 'page' ? 'page' : 'backEnd']
  byId('how-text').textContent = how.text
  byId('how-other').textContent = how.other
  byId('how-other').setAttribute('href', how.address)
  const told = document.querySelector('meta[name="failure"]')?.getAttribute('content') ?? ''
  await createApp({ session, addresses: config, phrases, storage: page.storage, home }).start(told)
}
