import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { decodeJwt } from 'jose'
import { openKeys } from '../src/core/keys.ts'
import { rotateRefreshToken } from '../src/core/refresh-token.ts'
import { createVault } from '../src/core/vault.ts'
import { createMac } from '../src/http/mac.ts'
import { clients } from '../src/stores/clients.ts'
import { consents } from '../src/stores/consents.ts'
import { grants } from '../src/stores/grants.ts'
import { interactions } from '../src/stores/interactions.ts'
import { users } from '../src/stores/users.ts'
import { alice, basic, bookshop, mobileApp, openApi, projectApi, projectCenter, reportJob, userApi } from './support/people.ts'
import { secretsKey, startAuth, type TestAuth } from './support/start-auth.ts'

/** What a first review by attackers found: each stays mended. */
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())
beforeEach(async () => {
  await auth.database.collection(consents).remove({})
  await auth.database.collection(clients).update({ client_id: bookshop.client_id }, { set: { scope: bookshop.scope } })
  auth.clock.advance(6000) // the cache of clients
})

const callback = bookshop.redirect_uris[0] ?? ''
const paramsOf = (location = '') => Object.fromEntries(new URL(location).searchParams)
const setScope = (scope: string) =>
  auth.database.collection(clients).update({ client_id: bookshop.client_id }, { set: { scope } })

async function atConsent(more: Record<string, string> = {}) {
  const browser = createBrowser()
  await browser.get(auth.authorizeUrl(bookshop, more))
  await browser.follow(callback)
  auth.clock.advance(1000)
  await browser.submit({ username: alice.username, password: alice.password }, 'password')
  await browser.follow(callback)
  expect(browser.page.url).toMatch(/consent$/)
  return browser
}

describe('consent', () => {
  test('covers what was shown: when the client may have more meanwhile, the page is shown again', async () => {
    await setScope('openid profile')
    auth.clock.advance(6000)
    const browser = await atConsent({ scope: 'openid profile learning:read' })
    await setScope('openid profile learning:read')
    auth.clock.advance(6000)
    await browser.submit({ decision: 'allow' }, 'decision')
    expect(browser.page).toMatchObject({ status: 403, body: expect.stringContaining('See your courses and progress') })
  })

  test('refusing is always access_denied, also after the same page was allowed in another tab', async () => {
    const browser = await atConsent()
    const { url } = browser.page
    const csrf = /name="csrf" value="([^"]+)"/.exec(browser.page.body)?.[1] ?? ''
    await browser.post(url, { csrf, decision: 'allow' })
    expect(paramsOf(browser.page.location)).toHaveProperty('code')
    await browser.post(url, { csrf, decision: 'deny' })
    expect(paramsOf(browser.page.location)).toMatchObject({ error: 'access_denied' })
  })
})

describe('an interaction', () => {
  test('that was refused has ended: going back and allowing after all gives no code, it asks anew', async () => {
    const browser = await atConsent()
    const { url } = browser.page
    const csrf = /name="csrf" value="([^"]+)"/.exec(browser.page.body)?.[1] ?? ''
    await browser.post(url, { csrf, decision: 'deny' })
    await browser.post(url, { csrf, decision: 'allow' })
    await browser.follow(callback)
    expect(browser.page).toMatchObject({ status: 200, url: expect.stringMatching(/consent$/) })
    expect(browser.page.url).not.toBe(url)
    expect(await auth.database.collection(consents).list({})).toEqual([])
  })

  test('leads to one Grant; afterwards it restarts itself, and prompt=login asks again', async () => {
    const { browser } = await auth.approve(alice, { client: projectCenter, scope: 'openid', prompt: 'login', max_age: '60' })
    const [interaction] = await auth.database
      .collection(interactions)
      .list({}, { orderBy: 'createdAt', descending: true, limit: 1 })
    auth.clock.advance(3_500_000)
    await browser.get(`${auth.url}/interaction/${interaction?.id}/sign-in`)
    await browser.follow(projectCenter.redirect_uris[0])
    expect(browser.page).toMatchObject({ status: 200, url: expect.stringMatching(/sign-in$/) })
  })

  test('sent twice ends well: both lead to a code, the second through a restart', async () => {
    const browser = await atConsent()
    const { url } = browser.page
    const csrf = /name="csrf" value="([^"]+)"/.exec(browser.page.body)?.[1] ?? ''
    for (let i = 0; i < 2; i++) {
      await browser.post(url, { csrf, decision: 'allow' })
      await browser.follow(callback)
      expect(paramsOf(browser.page.location)).toHaveProperty('code')
    }
  })

  test('keeps the parameters that we read, and no others', async () => {
    const read = { login_hint: 'alice', claims: '{}', claims_locales: 'zh', acr_values: '1', display: 'page', ui_locales: 'zh' }
    await createBrowser().get(auth.authorizeUrl(bookshop, { password: 'oops', junk: 'x'.repeat(5000), ...read }))
    const kept = (await auth.database.collection(interactions).list({})).flatMap(({ params }) => params.map(([name]) => name))
    expect(kept).toEqual(expect.arrayContaining(Object.keys(read)))
    expect(kept).not.toContain('password')
    expect(kept).not.toContain('junk')
  })

  test('a disabled account with a living session comes to the sign-in form, not into a circle', async () => {
    const { browser } = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
    await auth.database.collection(users).update({ sub: alice.sub }, { set: { disabledAt: auth.clock.now() } })
    await browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid' }))
    await browser.follow()
    expect(browser.page).toMatchObject({ status: 200, body: expect.stringContaining('name="password"') })
    await auth.database.collection(users).update({ sub: alice.sub }, { set: { disabledAt: null } })
  })

  test('answers GET and POST only', async () => {
    const browser = await atConsent()
    for (const method of ['PUT', 'DELETE', 'PATCH']) expect((await fetch(browser.page.url, { method })).status).toBe(405)
  })
})

describe('what is asked for', () => {
  test('a scope that the resource does not own is refused at authorize, before there is a code', async () => {
    const { headers } = await auth.get(
      auth.authorizeUrl(bookshop, { scope: 'learning:read', resource: userApi.resource }).slice(auth.url.length),
    )
    expect(paramsOf(headers.get('location') ?? '')).toMatchObject({ error: 'invalid_scope' })
  })

  test('asking for a resource that was not granted loses neither code nor refresh token', async () => {
    const approved = await auth.approve(alice, { client: bookshop, resource: openApi.resource })
    expect((await auth.redeem(bookshop, approved, { resource: userApi.resource })).body.error).toBe('invalid_target')
    const { body } = await auth.redeem(bookshop, approved)
    expect(body).toHaveProperty('refresh_token')
    expect((await auth.refresh(bookshop, body.refresh_token, { resource: userApi.resource })).body.error).toBe('invalid_target')
    auth.clock.advance(31_000)
    expect((await auth.refresh(bookshop, body.refresh_token)).status).toBe(200)
  })

  test('a scope with a resource that leaves nothing does not use the refresh token up', async () => {
    const { refresh_token } = (await auth.passwordGrant(alice, { scope: 'user:read project:read' })).body
    const nothing = { scope: 'user:read', resource: projectApi.resource }
    expect((await auth.refresh(mobileApp, refresh_token, nothing)).body.error).toBe('invalid_scope')
    auth.clock.advance(31_000)
    expect((await auth.refresh(mobileApp, refresh_token)).status).toBe(200)
  })

  test('the audience is never wider than the scope', async () => {
    const form = new URLSearchParams([
      ['grant_type', 'client_credentials'],
      ['scope', 'user:list'],
      ['resource', userApi.resource],
      ['resource', openApi.resource],
    ])
    const { body } = await auth.post('/oauth2/token', form, { authorization: basic(reportJob.client_id, reportJob.secret ?? '') })
    expect(decodeJwt(body.access_token).aud).toBe(userApi.resource)
  })

  test('a scope that was taken from the client is gone at the next refresh', async () => {
    const { body } = await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))
    await setScope('openid')
    auth.clock.advance(6000)
    const refreshed = await auth.refresh(bookshop, body.refresh_token)
    expect(refreshed.body.scope).toBe('openid')
    expect(decodeJwt(refreshed.body.access_token).aud).toBe(auth.url)
  })
})

test('a successor that expired is no lost answer: its used predecessor is reuse, and ends the Grant', async () => {
  const { refresh_token } = (await auth.passwordGrant(alice)).body
  const shorter = { ...auth.deps, config: { ...auth.config, refreshTokenIdleTtl: 86_400 } }
  const { grant_id } = await rotateRefreshToken({ token: refresh_token, client_id: mobileApp.client_id }, shorter)
  auth.clock.advance(3 * 86_400_000)
  expect((await auth.refresh(mobileApp, refresh_token)).body.error).toBe('invalid_grant')
  expect((await auth.database.collection(grants).find({ grant_id }))?.revokedAt).not.toBeNull()
})

test('a Grant whose code nobody redeemed is swept after minutes, one that was redeemed stays', async () => {
  const kept = decodeJwt((await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))).body.access_token)[
    'grant_id'
  ]
  await auth.approve(alice, { client: bookshop })
  const before = (await auth.database.collection(grants).list({})).length
  auth.clock.advance(121_000)
  const after = await auth.database.collection(grants).list({})
  expect(after.length).toBeLessThan(before)
  expect(after.map(({ grant_id }) => grant_id)).toContain(kept)
})

test('an endless client_id is unknown without a look, so it fills no memory', async () => {
  auth.database.reset()
  expect((await auth.post('/oauth2/token', { grant_type: 'x', client_id: 'c'.repeat(201) })).status).toBe(401)
  expect(auth.database.calls).toEqual([])
})

test('no page of ours leads to another host, whatever its path, nor repeats a query', async () => {
  for (const path of ['//evil.example/x', '/nowhere?access_token=SECRET', '/oauth2/authorize?client_id=x&token=SECRET']) {
    const { body } = await auth.get(path)
    expect(body).not.toContain('evil')
    expect(body).not.toContain('SECRET')
  }
})

test('SECRETS_KEY is replaced without harm: forms of the old one count, keys are sealed anew under the new one', async () => {
  const csrf = createMac('csrf', ['new secrets key', 'old secrets key'])
  expect(csrf.proves(createMac('csrf', ['old secrets key']).token(['x']), ['x'])).toBe(true)
  expect(csrf.proves(createMac('csrf', ['another']).token(['x']), ['x'])).toBe(false)

  const openWith = (...secretsKeys: string[]) => openKeys({ ...auth.deps, vault: createVault(secretsKeys) })
  const before = (await openWith(secretsKey)).jwks()
  await openWith('a new secrets key, 32 characters or more', secretsKey)
  expect((await openWith('a new secrets key, 32 characters or more')).jwks()).toEqual(before)
  await expect(openWith(secretsKey)).rejects.toThrow('SECRETS_KEY does not open')
})

test.each(['/sign-in', '/sign-up', '/sign-out'])(
  'a POST from another site, which brings no Lax cookie, sets none: what is under way in the browser goes on (%s)',
  async (path) => {
    const { status, headers } = await auth.post(
      path,
      { csrf: 'x', username: 'x', password: 'x' },
      { origin: 'https://evil.example' },
    )
    expect([status, headers.get('set-cookie')]).toEqual([403, null])
  },
)

test('a name that nobody has is no way to anybody, whatever their sub', async () => {
  const noMan = { sub: 'nobody', username: 'no-man', password: 'who blinded the cyclops', claims: { name: 'No Man' } }
  await auth.addPerson(noMan)
  expect((await auth.passwordGrant({ ...noMan, username: 'stranger' })).status).toBe(400)
  expect((await auth.passwordGrant(noMan)).status).toBe(200)
})
