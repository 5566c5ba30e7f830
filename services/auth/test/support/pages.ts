import { expect } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { alice, bookshop, type TestClient } from './people.ts'
import type { TestAuth } from './start-auth.ts'

type Parameters = Record<string, string>

export const callback = bookshop.redirect_uris[0] ?? ''

/** The parameters of an address, such as leads back to the app. */
export const paramsOf = (location: string | null | undefined): Parameters =>
  Object.fromEntries(new URL(location ?? '', 'http://nowhere').searchParams)

/** The CSRF token of the page that a browser is on. */
export const csrfIn = ({ page }: Browser): string => /name="csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? ''

/** A browser on the sign-in page of a new request. */
export async function atSignIn(
  auth: TestAuth,
  {
    client = bookshop,
    browser = createBrowser(),
    ...more
  }: { client?: TestClient; browser?: Browser; [parameter: string]: unknown } = {},
): Promise<Browser> {
  await browser.get(auth.authorizeUrl(client, more as Parameters))
  await browser.follow(callback)
  expect(browser.page.url).toMatch(/\/interaction\/[\w-]+\/sign-in$/)
  return browser
}

/** Fills in the form of the sign-in page. */
export function signIn(
  auth: TestAuth,
  browser: Browser,
  { username, password }: Pick<typeof alice, 'username' | 'password'> = alice,
) {
  auth.clock.advance(1000) // people take their time
  return browser.submit({ username, password }, 'password')
}

/** A browser in which alice signed in, on the consent page of a new request. */
export async function atConsent(
  auth: TestAuth,
  more: Parameters & { client?: never } = {},
  client: TestClient = bookshop,
): Promise<Browser> {
  const browser = await atSignIn(auth, { ...more, client })
  await signIn(auth, browser)
  await browser.follow(callback)
  expect(browser.page.url).toMatch(/\/interaction\/[\w-]+\/consent$/)
  return browser
}
