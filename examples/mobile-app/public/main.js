import { createApis } from './apis.js'
import { byId } from './element.js'
import { createHome } from './home.js'
import { openKeychain } from './keychain.js'
import { MenshenClient } from './menshen-client.js'
import { fillIn, phrasesFor } from './phrases.js'
import { createSignIn } from './sign-in.js'
import { createStrip } from './strip.js'

const phrases = phrasesFor(navigator.languages)
fillIn(phrases)

start().catch((error) => {
  byId('failed').hidden = false
  throw error // the console says why
})

async function start() {
  const config = await (await fetch('/config.json')).json()
  const client = new MenshenClient({
    issuer: config.issuer,
    clientId: config.clientId,
    scope: 'openid profile email user:read project:read learning:read',
    apis: [config.userApiUrl, config.projectApiUrl, config.openApiUrl],
    keychain: openKeychain(),
  })
  const strip = createStrip(phrases)
  const signIn = createSignIn({ client, phrases, onSignedIn: enter })
  const home = createHome({ client, apis: createApis(client, config, phrases.locale), phrases, strip, onEnd: signIn.show })

  function enter() {
    signIn.hide()
    home.show()
  }

  /** A sign-out without a network is told to Menshen when it is back; the next sign-in does so, too. */
  const finishSignOut = () => client.finishSignOut().catch(() => {})
  addEventListener('online', finishSignOut)
  finishSignOut()

  strip.show()
  if (await client.isSignedIn()) enter()
  else signIn.show()
}
