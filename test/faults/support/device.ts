import { createHash, randomBytes } from 'node:crypto'
import { type CookieJar, createCookieJar } from '@menshen/shared/testing/cookie-jar'
import { formIn } from '@menshen/shared/testing/forms'
import type { Answer, Sent } from './door.ts'
import { createLedger, type Family, type HeldCode, type Ledger } from './ledger.ts'
import type { World } from './world.ts'

export interface Person {
  username: string
  password: string
}

/** Something on the way failed in a way that may happen during a fault: it is begun anew. */
export class Again extends Error {
  override readonly name = 'Again'
}

const client = { client_id: 'project-center', secret: 'demo-secret-of-project-center-not-for-production' }
const authorization = `Basic ${Buffer.from(`${client.client_id}:${client.secret}`).toString('base64')}`
const appSecret = new Map<Family['client'], Readonly<Record<string, string>>>([
  [client.client_id as 'project-center', { authorization }],
])

const random = () => randomBytes(32).toString('base64url')

/** Once more until it is answered with something other than 503; `doubtful` when an earlier try may have been carried out. */
export async function insist(send: () => Promise<Answer>, patienceMs = 20_000): Promise<{ answer: Answer; doubtful: boolean }> {
  const until = performance.now() + patienceMs
  let doubtful = false
  let lastly = ''
  for (;;) {
    try {
      const answer = await send()
      if (answer.status !== 503) return { answer, doubtful }
      lastly = answer.body.slice(0, 300)
      doubtful = true // a database that went away may have taken it before
    } catch (error) {
      if (performance.now() > until) throw error
      doubtful ||= (error as Error).name === 'Unanswered'
    }
    if (performance.now() > until) throw new Again(`not answered in time: ${lastly}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** An access token of this person, or of the first. */
export async function accessTokenOf(world: World, person: Person | undefined = world.people[0]): Promise<string> {
  if (!person) throw new Error('nobody is there')
  const { answer } = await insist(() => signInByPassword(world, createLedger(), person))
  return JSON.parse(answer.body).access_token
}

/** A browser in which a person signs in to an app, and stays signed in. */
export function createBrowserDevice(world: World, ledger: Ledger, person: Person) {
  const jar: CookieJar = createCookieJar()
  const issuer = new URL(world.issuer)
  let signedIn = false

  async function visit(what: string, url: URL, sent: Sent = {}): Promise<Answer & { location: string | null }> {
    const cookie = jar.header(url)
    const headers = { ...sent.headers, ...(cookie && { cookie }), ...(sent.form && { origin: issuer.origin }) }
    const answer = await ledger.note(what, () => world.auth.send(url.pathname + url.search, { ...sent, headers }))
    jar.store(url, answer.headers)
    if (answer.status === 503) throw new Again(what)
    return { ...answer, location: answer.headers.get('location') }
  }

  /** From page to page until the app is reached; a person fills in what is asked. */
  async function arrive(url: URL): Promise<URL> {
    let at = url
    let answer = await visit('authorize', at)
    for (let left = 12; left > 0; left--) {
      if (answer.location) {
        at = new URL(answer.location, at)
        if (at.origin !== issuer.origin) return at
        answer = await visit('authorize', at)
      } else if (answer.status === 200 && at.pathname.endsWith('/sign-in')) {
        if (signedIn) ledger.faults.push('a session that was answered is gone')
        const { action, fields } = formIn(answer.body, 'password')
        at = new URL(action || at, at)
        answer = await visit('sign-in', at, { form: { ...fields, ...person } })
      } else break
    }
    throw new Error(`no way to the app from ${at}: ${answer.status} ${answer.body.slice(0, 300)}`)
  }

  return {
    /** A new code, by the sign-in page or by single sign-on. @throws Again, Unanswered, NobodyThere */
    async authorize(): Promise<HeldCode> {
      const code_verifier = random()
      const state = random()
      const url = new URL('/oauth2/authorize', issuer)
      url.search = new URLSearchParams({
        client_id: client.client_id,
        redirect_uri: world.redirectUri,
        response_type: 'code',
        scope: 'openid user:read project:read project:write',
        state,
        code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString()
      const back = await arrive(url)
      if (back.searchParams.get('error') === 'temporarily_unavailable') throw new Again('authorize')
      const code = back.searchParams.get('code')
      if (!code || back.searchParams.get('state') !== state) throw new Error(`the app was told ${back.search}`)
      signedIn = true
      const held: HeldCode = { code, code_verifier, used: 'no' }
      ledger.codes.push(held)
      return held
    },
  }
}

/** Sends what redeems a code. */
export const redeem = (world: World, ledger: Ledger, { code, code_verifier }: HeldCode) =>
  ledger.note('redeem', () =>
    world.auth.send('/oauth2/token', {
      headers: { authorization },
      form: { grant_type: 'authorization_code', code, code_verifier, redirect_uri: world.redirectUri },
    }),
  )

/** Sends what refreshes. */
export const refresh = (world: World, ledger: Ledger, { client, refresh_token }: Pick<Family, 'client' | 'refresh_token'>) => {
  const headers = appSecret.get(client)
  return ledger.note('refresh', () =>
    world.auth.send('/oauth2/token', {
      ...(headers && { headers }),
      form: { grant_type: 'refresh_token', refresh_token, ...(!headers && { client_id: client }) },
    }),
  )
}

/** Sends what signs a person in on their phone. */
export const signInByPassword = (world: World, ledger: Ledger, person: Person) =>
  ledger.note('password', () =>
    world.auth.send('/oauth2/token', {
      form: {
        grant_type: 'password',
        client_id: 'mobile-app',
        scope: 'openid user:read project:read project:write learning:read',
        ...person,
      },
    }),
  )
