import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { formIn } from '@menshen/shared/testing/forms'
import { clients } from '../../src/stores/clients.ts'
import type { alice, TestClient } from './people.ts'
import { challengeFor, type TestAuth } from './start-auth.ts'

type Person = Pick<typeof alice, 'username' | 'password'>

export const pkce = challengeFor('v'.repeat(43))

/** What an address says in its query, also one within auth. */
export const paramsOf = (location: string | null | undefined): Record<string, string> =>
  Object.fromEntries(new URL(location ?? '', 'http://auth').searchParams)

/** The page of an interaction that the browser is on, or where it was sent. */
export const placeOf = ({ page }: Browser): string => page.location ?? `${page.status} ${page.url.split('/').at(-1)}`

/** Fields of the form that is shown. */
export const fieldsOf = ({ page }: Browser, containing?: string): Record<string, string> => formIn(page.body, containing).fields

/** Types name and password into the page shown; people take their time. */
export function signIn(auth: TestAuth, browser: Browser, { username, password }: Person) {
  auth.clock.advance(1000)
  return browser.submit({ username, password }, 'password')
}

/** A browser in which these people are signed in, the last one most recently. */
export async function browserOf(auth: TestAuth, client: TestClient, ...people: Person[]): Promise<Browser> {
  const browser = createBrowser()
  for (const person of people) {
    await browser.get(auth.authorizeUrl(client, { ...pkce, scope: 'openid', prompt: 'login' }))
    await browser.follow(client.redirect_uris[0])
    await signIn(auth, browser, person)
    await browser.follow(client.redirect_uris[0])
  }
  return browser
}

/** Opens a request and follows it to a page of ours, or up to the app. */
export async function open(auth: TestAuth, browser: Browser, client: TestClient, more: Record<string, string> = {}) {
  await browser.get(auth.authorizeUrl(client, { ...pkce, ...more }))
  await browser.follow(more['redirect_uri'] ?? client.redirect_uris[0])
  return browser
}

export const register = async (auth: TestAuth, ...registered: TestClient[]) => {
  for (const { secret: _, ...client } of registered) await auth.database.collection(clients).insert(client)
}
