import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { interactions } from '../src/stores/interactions.ts'
import { browserOf, paramsOf, pkce, placeOf, signIn } from './support/authorize.ts'
import { alice, bookshop, projectCenter } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const callback = bookshop.redirect_uris[0] ?? ''
const formOf = (more: Record<string, string> = {}, client = bookshop) =>
  Object.fromEntries(new URL(auth.authorizeUrl(client, { ...pkce, ...more })).searchParams)

/** What another site's form sends: no cookie comes along (SameSite=Lax). */
const postFromAnotherSite = (form: Record<string, string>) =>
  auth.post('/oauth2/authorize', form, { origin: 'https://app.example' })

describe('a request by POST (OpenID Connect Core section 3.1.2.1)', () => {
  test('is kept before any cookie is read or set; its browser comes back for it and goes on', async () => {
    const { status, headers } = await postFromAnotherSite(formOf())
    expect({ status, cookie: headers.get('set-cookie') }).toEqual({ status: 303, cookie: null })
    const browser = createBrowser()
    await browser.get(new URL(headers.get('location') ?? '', auth.url).href)
    await browser.follow(callback)
    expect(placeOf(browser)).toBe('200 sign-in')
    await signIn(auth, browser, alice)
    await browser.follow(callback)
    await browser.submit({ decision: 'allow' }, 'decision')
    expect(paramsOf(browser.page.location)).toMatchObject({ code: expect.any(String), state: 'xyz', iss: auth.url })
  })

  test('signs on with the session that the browser has, and prompt=none answers at once', async () => {
    const browser = await browserOf(auth, projectCenter, alice)
    for (const [prompt, answer] of [
      ['none', 'code'],
      ['login', undefined],
    ] as const) {
      await browser.post(`${auth.url}/oauth2/authorize`, formOf({ scope: 'openid', prompt }, projectCenter))
      await browser.follow(callback)
      if (answer) expect(paramsOf(browser.page.location)).toHaveProperty(answer)
      else expect(placeOf(browser)).toBe('200 sign-in')
    }
    const stranger = createBrowser()
    await stranger.post(`${auth.url}/oauth2/authorize`, formOf({ scope: 'openid', prompt: 'none' }, projectCenter))
    await stranger.follow(callback)
    expect(paramsOf(stranger.page.location)).toMatchObject({ error: 'login_required', state: 'xyz' })
  })

  test('belongs to the browser that comes for it first, and to no other afterwards', async () => {
    const { headers } = await postFromAnotherSite(formOf())
    const address = new URL(headers.get('location') ?? '', auth.url).href
    const [first, second] = [createBrowser(), createBrowser()]
    const { find } = auth.deps.interactions
    let letGo = () => {}
    const bothRead = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let read = 0
    jest.spyOn(auth.deps.interactions, 'find').mockImplementation(async (id) => {
      const found = await find(id)
      if (++read === 2) letGo()
      await bothRead
      return found
    })
    await Promise.all([first.get(address), second.get(address)])
    jest.restoreAllMocks()
    const [owner, other] = first.page.status === 303 ? [first, second] : [second, first]
    expect(owner.page.location).toMatch(/\/sign-in$/)
    expect(other.page).toMatchObject({ status: 403, location: undefined })
    expect(other.page.body).not.toContain('xyz')

    await owner.get(address)
    expect(owner.page).toMatchObject({ status: 303 })
    await other.get(`${address}/sign-in`)
    expect(other.page.status).toBe(403)
  })

  test('is given to no browser by a POST: it brings no cookie, and the one it has would be replaced', async () => {
    const { headers } = await postFromAnotherSite(formOf())
    const address = new URL(headers.get('location') ?? '', auth.url).href
    for (const page of ['sign-in', 'consent', 'cancel']) {
      const { status, headers } = await auth.post(new URL(`${address}/${page}`).pathname, { csrf: 'x' })
      expect({ status, cookie: headers.get('set-cookie') }).toEqual({ status: 403, cookie: null })
    }
    const browser = createBrowser()
    await browser.get(address)
    expect(placeOf(browser)).toMatch(/\/sign-in$/)
  })

  test('fails as one by GET does: on a page before client and redirect URI are proven, afterwards at the client', async () => {
    const unknown = await postFromAnotherSite(formOf({ client_id: 'nobody' }))
    expect(unknown).toMatchObject({ status: 400, body: expect.stringContaining('nobody') })
    const foreign = await postFromAnotherSite(formOf({ redirect_uri: 'https://evil.example/' }))
    expect({ status: foreign.status, location: foreign.headers.get('location') }).toEqual({ status: 400, location: null })
    const { status, headers } = await postFromAnotherSite(formOf({ response_type: 'id_token' }))
    expect(status).toBe(303)
    expect(paramsOf(headers.get('location'))).toMatchObject({ error: 'unsupported_response_type', state: 'xyz', iss: auth.url })
  })

  test('must be a form, no longer than a query may be: JSON and parameters in the query are not read (RFC 6749 section 3.1)', async () => {
    const type = { 'content-type': 'application/json' }
    expect((await auth.post('/oauth2/authorize', JSON.stringify(formOf()), type)).status).toBe(400)
    expect(await postFromAnotherSite(formOf({ state: 'x'.repeat(17_000) }))).toMatchObject({ status: 413 })
    const query = auth.authorizeUrl(bookshop).slice(auth.url.length)
    expect(await auth.post(query, '')).toMatchObject({ status: 400, body: expect.stringContaining('client_id is missing') })
  })
})

test('HEAD makes neither a code nor an interaction (RFC 9110 section 9.2.1)', async () => {
  const browser = await browserOf(auth, projectCenter, alice)
  const cookie = browser.cookies.header(new URL(auth.url)) ?? ''
  const address = auth.authorizeUrl(projectCenter, { ...pkce, scope: 'openid' })
  const before = await auth.database.collection(interactions).list({})
  for (const url of [address, `${auth.url}/interaction/${before[0]?.id}/sign-in`, `${auth.url}/interaction/${before[0]?.id}`]) {
    const { status, headers } = await fetch(url, { method: 'HEAD', headers: { cookie }, redirect: 'manual' })
    expect({ status, location: headers.get('location'), allow: headers.get('allow') }).toEqual({
      status: 405,
      location: null,
      allow: 'GET, POST',
    })
  }
  expect(await auth.database.collection(interactions).list({})).toHaveLength(before.length)
})
