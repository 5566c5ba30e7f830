import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { decodeJwt } from 'jose'
import { users } from '../src/stores/users.ts'
import { alice, bob, bookshop, library, projectCenter } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  await auth.setClient(bookshop, { scope: 'openid profile email learning:read' })
  await auth.setClient(projectCenter, { scope: 'openid profile email address' })
  const claims = { ...alice.claims, nickname: 'Ali', email: 'alice@example.com', email_verified: true, gender: 'female' }
  await auth.database.collection(users).update({ sub: alice.sub }, { set: { claims } })
})
afterAll(() => auth.stop())
beforeEach(() => auth.database.reset())

type Wishes = Record<string, unknown>
const asking = (claims: { userinfo?: Wishes; id_token?: Wishes }) => ({ claims: JSON.stringify(claims) })

async function tokensFor(claims: { userinfo?: Wishes; id_token?: Wishes }, client = bookshop) {
  return (await auth.redeem(client, await auth.approve(alice, { client, scope: 'openid', ...asking(claims) }))).body
}

const userinfo = async (token: string) => (await auth.get('/oauth2/userinfo', { authorization: `Bearer ${token}` })).body

/** The claims of an ID token that tell of the person. */
function personIn(id_token: string) {
  const { iss, aud, iat, exp, auth_time, acr, amr, sid, at_hash, nonce, ...person } = decodeJwt(id_token)
  return person
}

/** What a request without a person in front of it is answered. */
async function answerTo(claims: string, more: Record<string, string> = {}, browser = createBrowser()) {
  await browser.get(auth.authorizeUrl(library, { scope: 'openid', claims, ...more }))
  return Object.fromEntries(new URL(browser.page.location ?? 'about:blank').searchParams)
}

test('userinfo and the ID token tell what was asked for by name, each its own, also after refreshing (OpenID Connect Core section 5.5)', async () => {
  const first = await tokensFor({ userinfo: { nickname: null }, id_token: { email: { essential: true }, gender: null } })
  const refreshed = (await auth.refresh(bookshop, first.refresh_token)).body
  for (const { access_token, id_token } of [first, refreshed]) {
    expect(personIn(id_token)).toEqual({ sub: alice.sub, email: 'alice@example.com', gender: 'female' })
    expect(await userinfo(access_token)).toEqual({ sub: alice.sub, nickname: 'Ali' })
  }
})

test('a claim of a scope stays at userinfo: the ID token tells of the person only what it was asked for (section 5.4)', async () => {
  const approved = await auth.approve(alice, { client: bookshop, scope: 'openid profile email' })
  const { id_token, access_token } = (await auth.redeem(bookshop, approved)).body
  expect(personIn(id_token)).toEqual({ sub: alice.sub })
  expect(await userinfo(access_token)).toMatchObject({ name: 'Alice Liu', email: 'alice@example.com' })
})

test('what is not known is left out, essential or not; a value that will not do is not told (section 5.5.1)', async () => {
  const wishes = {
    birthdate: { essential: true },
    nickname: { value: 'Ali' },
    email: { values: ['bob@example.com', 'alice@example.com'] },
    gender: { value: 'male' },
    email_verified: { values: [true] },
    __proto__: null,
    'name#ja': null,
    unheard_of: null,
  }
  const person = { sub: alice.sub, nickname: 'Ali', email: 'alice@example.com', email_verified: true }
  const { id_token, access_token } = await tokensFor({ userinfo: wishes, id_token: wishes })
  expect(personIn(id_token)).toEqual(person)
  expect(await userinfo(access_token)).toEqual(person)
})

test('a client gets claims of scopes that it is registered for, and no others', async () => {
  const { access_token, id_token } = await tokensFor(
    { userinfo: { email: null, name: null, phone_number: null }, id_token: { phone_number: null, email: null } },
    library,
  )
  expect(await userinfo(access_token)).toEqual({ sub: alice.sub, name: 'Alice Liu' })
  expect(personIn(id_token)).toEqual({ sub: alice.sub })
})

test('a scope that was taken from the client takes its claims along, also from a refresh (RFC 6749 section 6)', async () => {
  const wishes = { email: null, nickname: null }
  const { refresh_token } = await tokensFor({ userinfo: wishes, id_token: wishes })
  await auth.setClient(bookshop, { scope: 'openid profile' })
  const { access_token, id_token } = (await auth.refresh(bookshop, refresh_token)).body
  expect(personIn(id_token)).toEqual({ sub: alice.sub, nickname: 'Ali' })
  expect(await userinfo(access_token)).toEqual({ sub: alice.sub, nickname: 'Ali' })
  await auth.setClient(bookshop, { scope: 'openid profile email learning:read' })
})

test('what is asked for by name is shown and agreed to; it is asked again only for what is new', async () => {
  const browser = createBrowser()
  await auth.approve(bob, { client: bookshop, scope: 'openid', browser })
  const ask = async (claims: string[], lang = 'en') => {
    const wishes = Object.fromEntries(claims.map((name) => [name, null]))
    await browser.get(auth.authorizeUrl(bookshop, { scope: 'openid', ui_locales: lang, ...asking({ userinfo: wishes }) }))
    await browser.follow(bookshop.redirect_uris[0])
    return browser.page
  }
  const both = await ask(['email', 'birthdate'])
  for (const wish of ['See your email address', 'See your date of birth']) expect(both.body).toContain(wish)
  const page = await ask(['birthdate'], 'zh-CN')
  expect(page.body).toContain('查看你的出生日期')
  expect(page.body).not.toContain('邮箱')

  await ask(['email', 'birthdate'])
  expect(browser.page.body).toContain('See your date of birth')
  await browser.submit({ decision: 'allow' }, 'decision')
  await browser.follow(bookshop.redirect_uris[0])
  expect((await ask(['birthdate'])).location).toContain('code=')
  const again = await ask(['birthdate', 'gender'])
  expect(again.body).toContain('See your gender')
})

test('agreeing counts for the claims that were shown: when the client may ask for more meanwhile, the page comes again', async () => {
  const browser = createBrowser()
  const claims = asking({ userinfo: { address: null } })
  await auth.setClient(bookshop, { scope: 'openid profile' })
  await browser.get(auth.authorizeUrl(bookshop, { scope: 'openid profile', ...claims }))
  await browser.follow(bookshop.redirect_uris[0])
  await browser.submit({ username: bob.username, password: bob.password }, 'password')
  await browser.follow(bookshop.redirect_uris[0])
  expect(browser.page.body).not.toContain('See your postal address')

  await auth.setClient(bookshop, { scope: 'openid profile email address learning:read' })
  await browser.submit({ decision: 'allow' }, 'decision')
  expect(browser.page).toMatchObject({ status: 403, body: expect.stringContaining('See your postal address') })
  await browser.submit({ decision: 'allow' }, 'decision')
  expect((await browser.follow(bookshop.redirect_uris[0])).location).toContain('code=')
})

test('our own clients need no consent for claims either', async () => {
  const { id_token } = await tokensFor({ id_token: { email: null } }, projectCenter)
  expect(personIn(id_token)).toEqual({ sub: alice.sub, email: 'alice@example.com' })
})

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['null', 'null'],
  ['a member that is no object', '{"userinfo":[]}'],
  ['a claim that is no object', '{"id_token":{"email":true}}'],
  ['essential that is no truth', '{"id_token":{"email":{"essential":"yes"}}}'],
  ['values that are no list', '{"id_token":{"email":{"values":"x"}}}'],
  ['value and values', '{"id_token":{"email":{"value":"x","values":["x"]}}}'],
  ['8,001 characters', JSON.stringify({ x: 'x'.repeat(7993) })],
])('malformed claims are invalid_request: %s', async (_, claims) => {
  expect(await answerTo(claims, { prompt: 'none' })).toMatchObject({ error: 'invalid_request', state: 'xyz' })
})

test('members and claims that are not understood are ignored (section 5.5)', async () => {
  const claims = '{"verified_claims":1,"userinfo":{"x":{"y":1}},"id_token":{}}'
  expect(await answerTo(claims, { prompt: 'none' })).toMatchObject({ error: 'login_required' })
})

test('sub with a value asks for that person, and for nobody else (section 5.5.1)', async () => {
  const browser = createBrowser()
  await auth.approve(bob, { client: library, scope: 'openid', browser })
  await auth.approve(alice, { client: library, scope: 'openid', browser, prompt: 'login' }) // both are signed in, alice last
  const subOf = async (claims: string) => {
    const { code = '', error } = await answerTo(claims, { prompt: 'none' }, browser)
    if (error) return error
    return decodeJwt((await auth.redeem(library, { code, verifier: '' })).body.id_token).sub
  }
  const wanting = (wish: object, other?: object) =>
    JSON.stringify({ id_token: { sub: wish }, ...(other && { userinfo: { sub: other } }) })
  expect(await subOf(wanting({ value: bob.sub }))).toBe(bob.sub)
  expect(await subOf(wanting({ values: ['nobody', bob.sub] }))).toBe(bob.sub)
  expect(await subOf(wanting({ essential: true }))).toBe(alice.sub)
  expect(await subOf(wanting({ value: 'nobody' }))).toBe('login_required')
  expect(await subOf(wanting({ value: bob.sub }, { value: alice.sub }))).toBe('login_required')
})

test('when somebody else signs in than sub asks for, the client is told login_required', async () => {
  const claims = JSON.stringify({ id_token: { sub: { value: bob.sub } } })
  const back = await auth.signInAt(auth.authorizeUrl(library, { scope: 'openid', claims }), alice, library)
  expect(new URL(back).searchParams.get('error')).toBe('login_required')
})

test('every ID token has an acr; acr_values may ask for any, an essential one that is not to be had is refused (section 5.5.1.1)', async () => {
  const { body } = await auth.get('/.well-known/openid-configuration')
  const [acr] = body.acr_values_supported
  const approved = await auth.approve(alice, { client: bookshop, scope: 'openid', acr_values: 'loa-9 loa-8' })
  expect(decodeJwt((await auth.redeem(bookshop, approved)).body.id_token)).toMatchObject({ acr, amr: ['pwd'] })

  const essential = (acr: object) => JSON.stringify({ id_token: { acr: { essential: true, ...acr } } })
  expect(await answerTo(essential({ values: ['loa-9'] }))).toMatchObject({ error: 'unmet_authentication_requirements' })
  expect(await answerTo(essential({ value: 'loa-9' }))).toMatchObject({ error: 'unmet_authentication_requirements' })
  for (const claims of [essential({ values: ['loa-9', acr] }), essential({}), '{"id_token":{"acr":{"value":"loa-9"}}}'])
    expect(await answerTo(claims, { prompt: 'none' })).toMatchObject({ error: 'login_required' })
})

test('a person is read for the ID token only when something of them was asked for', async () => {
  const calls = async (claims: { id_token?: Wishes }) => {
    const approved = await auth.approve(alice, { client: bookshop, scope: 'openid', ...asking(claims) })
    auth.database.reset()
    await auth.redeem(bookshop, approved)
    return auth.database.calls.filter((call) => call === 'users.find').length
  }
  expect(await calls({})).toBe(0)
  expect(await calls({ id_token: { email: null } })).toBe(1)
})
