import { alice } from '../../../services/auth/test/support/people.ts'
import type { TestAuth } from '../../../services/auth/test/support/start-auth.ts'
import { MenshenClient } from '../public/menshen-client.js'

export const api = 'https://api.example'

type Fault = 'question lost' | 'answer lost'

/** A phone: what its apps keep, and a network on which things get lost. The API at its end accepts access tokens until their end. */
export function createPhone(auth: TestAuth) {
  const kept = new Map<string, string>()
  const waited: number[] = []
  const asked: string[] = []
  const faults: Fault[] = []
  const shown: string[] = []
  const phone = { isOnline: true, accepts: (_token: string) => true, whenAsked: async () => {}, whenAnswered: async () => {} }

  const keychain = {
    get: async (name: string) => kept.get(name),
    set: async (name: string, secret: string) => void kept.set(name, secret),
    delete: async (name: string) => void kept.delete(name),
  }

  const throughTheNetwork: typeof fetch = async (target, init) => {
    const address = String(target)
    asked.push(address.startsWith(api) ? address : `${address.slice(auth.url.length)} ${grantIn(init)}`.trim())
    await phone.whenAsked()
    const fault = address.startsWith(api) || !phone.isOnline ? undefined : faults.shift()
    if (!phone.isOnline || fault === 'question lost') throw new TypeError('fetch failed')
    const answer = address.startsWith(api) ? answerOfApi(init) : await fetch(address, init)
    await phone.whenAnswered()
    if (fault === 'answer lost') throw new TypeError('fetch failed')
    return answer
  }

  function answerOfApi(init: RequestInit | undefined): Response {
    const token = new Headers(init?.headers).get('authorization')?.slice('Bearer '.length) ?? ''
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    shown.push(token)
    const isAccepted = exp * 1000 > auth.clock.now() && phone.accepts(token)
    return isAccepted ? Response.json({ method: init?.method, body: init?.body }) : new Response(null, { status: 401 })
  }

  /** The app as it starts; what it had in memory is gone. */
  const start = () =>
    new MenshenClient({
      issuer: auth.url,
      clientId: 'mobile-app',
      scope: 'learning:read',
      apis: [api],
      keychain,
      fetch: throughTheNetwork,
      now: auth.clock.now,
      wait: async (milliseconds) => void waited.push(milliseconds),
    })

  return Object.assign(phone, {
    kept,
    waited,
    asked,
    /** The access tokens that the API saw. */
    shown,
    start,
    /** The next requests to auth get lost in these ways. */
    lose: (...next: Fault[]) => faults.push(...next),
    async signedIn() {
      const app = start()
      await app.signIn(alice.username, alice.password)
      return app
    },
    /** How often auth was asked for new tokens. */
    refreshes: () => asked.filter((line) => line.includes('refresh_token')).length,
  })
}

const grantIn = (init: RequestInit | undefined) => (init?.body instanceof URLSearchParams && init.body.get('grant_type')) || ''
