import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { consents } from '../../src/stores/consents.ts'
import { fieldsOf, open, paramsOf, placeOf, signIn } from '../support/authorize.ts'
import { alice, bob, bookshop, library, type TestClient } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

/** An app, or somebody else, wants a yes that the person did not say. */
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())
beforeEach(async () => {
  await auth.database.collection(consents).remove({})
})

const agreed = async () =>
  (await auth.database.collection(consents).list({})).map(({ client_id, scope }) => ({ client_id, scope }))

async function atConsent(client: TestClient = bookshop, more: Record<string, string> = {}, browser: Browser = createBrowser()) {
  await open(auth, browser, client, more)
  if (browser.page.url.endsWith('sign-in')) await signIn(auth, browser, alice)
  await browser.follow(client.redirect_uris[0])
  expect(browser.page.url).toMatch(/\/consent$/)
  return { browser, url: browser.page.url, csrf: fieldsOf(browser, 'decision')['csrf'] ?? '' }
}

test('the scope is widened between page and post: what was shown is what is agreed to', async () => {
  const { browser } = await atConsent(bookshop, { scope: 'openid' })
  await browser.submit({ decision: 'allow', scope: 'openid learning:read offline_access', client_id: 'library' }, 'decision')
  const { code = '' } = paramsOf(browser.page.location)
  const { body } = await auth.redeem(bookshop, { code, verifier: 'v'.repeat(43) })
  expect(body).toMatchObject({ scope: 'openid' })
  expect(await agreed()).toEqual([{ client_id: 'bookshop', scope: 'openid' }])
})

test('the app is given more between page and post: the page is shown again, with all of it', async () => {
  await auth.setClient(bookshop, { scope: 'openid profile' })
  const { browser, url, csrf } = await atConsent(bookshop, { scope: 'openid profile learning:read' })
  await auth.setClient(bookshop, { scope: bookshop.scope })
  await browser.post(url, { csrf, decision: 'allow' })
  expect(browser.page).toMatchObject({ status: 403, location: undefined })
  expect(await agreed()).toEqual([])
})

test('the app is swapped between page and post: the yes to one request is none to another', async () => {
  const first = await atConsent(bookshop)
  const second = await atConsent(library, {}, first.browser)
  await second.browser.post(second.url, { csrf: first.csrf, decision: 'allow' })
  expect(second.browser.page).toMatchObject({ status: 403, location: undefined })
  expect(await agreed()).toEqual([])
})

test('another site sends the yes: without the token of the page it is none (RFC 6819 section 5.3.5)', async () => {
  const { browser, url } = await atConsent()
  for (const csrf of ['', 'x', 'A'.repeat(43)]) {
    await browser.post(url, { csrf, decision: 'allow' }, { origin: 'https://evil.example' })
    expect(browser.page).toMatchObject({ status: 403, location: undefined })
  }
  expect(await agreed()).toEqual([])
})

test('somebody else signs in between page and post: the yes of the one is none of the other', async () => {
  const { browser, url, csrf } = await atConsent()
  await browser.get(`${url.replace('consent', 'sign-in')}?account=other`)
  await signIn(auth, browser, bob)
  await browser.post(url, { csrf, decision: 'allow' })
  expect(browser.page).toMatchObject({ status: 403, location: undefined })
  expect(await agreed()).toEqual([])
})

test('the id of an interaction is another person’s: their page and their yes stay theirs', async () => {
  const { url, csrf } = await atConsent()
  const { browser: bobs } = await auth.approve(bob, { client: library })
  await bobs.get(url)
  expect(bobs.page).toMatchObject({ status: 403, location: undefined })
  await bobs.post(url, { csrf, decision: 'allow' })
  expect(bobs.page).toMatchObject({ status: 403, location: undefined })
  expect(await agreed()).toEqual([{ client_id: 'library', scope: 'openid learning:read' }])
})

test('the page is skipped: signed in, but not asked, there is no code by any address', async () => {
  const { browser, url } = await atConsent()
  const pages = ['', '/sign-in', '/continue-as', '/choose-account'].map((page) => url.replace('/consent', page))
  for (const address of [...pages, auth.authorizeUrl(bookshop, { decision: 'allow' }), auth.authorizeUrl(bookshop)]) {
    await browser.get(address)
    expect({ address, place: placeOf(browser) }).toEqual({ address, place: expect.not.stringContaining('code=') })
  }
  for (const address of [url.replace('consent', 'continue-as'), url.replace('consent', 'choose-account')]) {
    await browser.post(address, { decision: 'allow' })
    expect({ address, code: paramsOf(browser.page.location)['code'] }).toEqual({ address, code: undefined })
  }
  await browser.get(auth.authorizeUrl(bookshop, { prompt: 'none' }))
  expect(paramsOf(browser.page.location)).toMatchObject({ error: 'consent_required' })
  expect(await agreed()).toEqual([])
})

test('the sign-in is skipped: the consent page of nobody leads to it', async () => {
  const browser = createBrowser()
  await open(auth, browser, bookshop)
  const url = browser.page.url.replace('sign-in', 'consent')
  await browser.post(url, { csrf: 'x', decision: 'allow' })
  expect(placeOf(browser)).toMatch(/\/sign-in$/)
  expect(await agreed()).toEqual([])
})
