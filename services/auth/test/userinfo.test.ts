import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { applyDocument } from '../src/admin/apply.ts'
import { grants } from '../src/stores/grants.ts'
import { users } from '../src/stores/users.ts'
import { alice, bob, bookshop } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'
import { everyClaim } from './support/story.ts'

const scope = 'openid profile email address phone learning:read'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  await auth.setClient(bookshop, { scope })
  await auth.database.collection(users).update({ sub: alice.sub }, { set: { claims: everyClaim } })
})
afterAll(() => auth.stop())
beforeEach(() => auth.database.reset())

async function tokenFor(scope: string): Promise<string> {
  const approved = await auth.approve(alice, { client: bookshop, scope })
  return (await auth.redeem(bookshop, approved)).body.access_token
}

const grantOf = async (token: string) => String((await auth.deps.signing.verify(token))?.claims['grant_id'])
const userinfo = (token: string) => auth.get('/oauth2/userinfo', { authorization: `Bearer ${token}` })
const challengeOf = async (answer: Promise<{ status: number; headers: Headers }>) => {
  const { status, headers } = await answer
  return [status, headers.get('www-authenticate')]
}
const refused = [401, expect.stringMatching(/^Bearer error="invalid_token", error_description="/)]

test('every standard claim comes by its scope (OpenID Connect Core section 5.4)', async () => {
  const { name, email, email_verified, phone_number, phone_number_verified, address, ...profile } = everyClaim
  const sub = alice.sub
  const answers: Record<string, object> = {
    openid: { sub },
    'openid profile': { sub, name, ...profile, preferred_username: 'Alice' },
    'openid email': { sub, email, email_verified },
    'openid address': { sub, address },
    'openid phone': { sub, phone_number, phone_number_verified },
    [scope]: { sub, ...everyClaim, preferred_username: 'Alice' },
  }
  for (const [scope, body] of Object.entries(answers)) {
    const answer = await userinfo(await tokenFor(scope))
    expect({ scope, body: answer.body }).toEqual({ scope, body })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
})

test('what is not known is left out, never null (OpenID Connect Core section 5.3.2)', async () => {
  const token = await tokenFor(scope)
  const claims = { name: null, nickname: '', email: 'alice@example.com' }
  await auth.database.collection(users).update({ sub: alice.sub }, { set: { claims } })
  expect((await userinfo(token)).body).toEqual({
    sub: alice.sub,
    preferred_username: 'Alice',
    email: 'alice@example.com',
    email_verified: false,
  })
  await auth.database.collection(users).update({ sub: alice.sub }, { set: { claims: everyClaim } })
})

test('updated_at is when name or claims last changed, unless the file says otherwise (OpenID Connect Core section 5.1)', async () => {
  const admin = { ...auth.deps, actor: 'test', openVault: async () => auth.deps.vault }
  const carol = { username: 'carol', password: 'the password of carol', name: 'Carol' }
  const told = async (person: object) => {
    auth.clock.advance(60_000)
    await applyDocument({ users: [{ ...carol, ...person }] }, admin)
    const { access_token } = (await auth.passwordGrant({ ...alice, ...carol }, { scope: 'openid profile' })).body
    return [(await userinfo(access_token)).body.updated_at, Math.floor(auth.clock.now() / 1000)]
  }
  const [created, creation] = await told({})
  expect(created).toBe(creation)
  expect(await told({})).toEqual([creation, creation + 60])
  const [updated, update] = await told({ name: 'Carol Wu' })
  expect(updated).toBe(update)
  expect((await told({ updated_at: 1_700_000_000 }))[0]).toBe(1_700_000_000)
})

test('the token comes in the header, or in the form of a POST (RFC 6750 section 2.1, 2.2)', async () => {
  const access_token = await tokenFor('openid')
  const authorization = `bearer ${access_token}` // RFC 9110 section 11.1: in any case
  expect((await auth.post('/oauth2/userinfo', { access_token })).body).toEqual({ sub: alice.sub })
  expect((await auth.post('/oauth2/userinfo', {}, { authorization })).body).toEqual({ sub: alice.sub })
  expect((await auth.get('/oauth2/userinfo', { authorization })).body).toEqual({ sub: alice.sub })
  const bare = await fetch(`${auth.url}/oauth2/userinfo`, { method: 'POST', headers: { authorization } })
  expect(await bare.json()).toEqual({ sub: alice.sub })
})

test('a token in header and form, or twice in the form, is invalid_request (RFC 6750 section 3.1)', async () => {
  const access_token = await tokenFor('openid')
  const both = auth.post('/oauth2/userinfo', { access_token }, { authorization: `Bearer ${access_token}` })
  const twice = auth.post('/oauth2/userinfo', `access_token=${access_token}&access_token=${access_token}`)
  for (const answer of [await both, await twice]) {
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_request", /)
  }
})

test('without a token the challenge has no error code, and a token in the query is none (RFC 6750 section 3.1, 2.3)', async () => {
  const token = await tokenFor('openid')
  const none = [401, 'Bearer']
  expect(await challengeOf(auth.get('/oauth2/userinfo'))).toEqual(none)
  expect(await challengeOf(auth.post('/oauth2/userinfo', {}))).toEqual(none)
  expect(await challengeOf(auth.get('/oauth2/userinfo', { authorization: 'Basic eDp5' }))).toEqual(none)
  expect(await challengeOf(auth.get(`/oauth2/userinfo?access_token=${token}`))).toEqual(none)
  expect(await challengeOf(auth.post(`/oauth2/userinfo?access_token=${token}`, {}))).toEqual(none)
})

test('whatever is no access token of ours, in force, for userinfo is invalid_token (RFC 9068 section 4)', async () => {
  const { access_token, id_token } = (
    await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop, scope: 'openid' }))
  ).body
  const now = Math.floor(auth.clock.now() / 1000)
  const good = { iss: auth.url, aud: auth.url, sub: alice.sub, client_id: 'bookshop', scope: 'openid', exp: now + 60 }
  const signed = (claims: object, typ = 'at+jwt') => auth.deps.signing.sign({ ...good, ...claims }, { alg: 'ES256', typ })
  const grant_id = await grantOf(access_token)
  expect(await challengeOf(userinfo(await signed({ grant_id })))).toEqual([200, null])

  const bad: Record<string, string> = {
    nonsense: 'x',
    'three parts of nonsense': 'a.b.c',
    'a broken header': 'Bearer?',
    'an ID token': id_token,
    'a changed signature': `${access_token.slice(0, -8)}AAAAAAAA`,
    'changed claims': access_token.replace(/\.[^.]+\./, `.${Buffer.from(JSON.stringify(good)).toString('base64url')}.`),
    'another type': await signed({ grant_id }, 'logout+jwt'),
    "another issuer's": await signed({ grant_id, iss: 'https://other.example' }),
    'for an API alone': await tokenFor('learning:read'),
    'another audience': await signed({ grant_id, aud: ['http://localhost:8063'] }),
    'bound to a key': await signed({ grant_id, cnf: { jkt: 'x' } }),
    expired: await signed({ grant_id, exp: now }),
    'of no Grant there is': await signed({ grant_id: 'gone' }),
  }
  for (const [what, token] of Object.entries(bad))
    expect({ what, challenge: await challengeOf(userinfo(token)) }).toEqual({ what, challenge: refused })
})

test('a token without openid, or without a person, is insufficient_scope (RFC 6750 section 3.1)', async () => {
  const now = Math.floor(auth.clock.now() / 1000)
  const token = { iss: auth.url, aud: auth.url, sub: 'x', client_id: 'x', scope: 'profile', exp: now + 60, grant_id: 'x' }
  const { grant_id: _, ...impersonal } = { ...token, scope: 'openid' }
  for (const claims of [token, impersonal]) {
    const answer = await userinfo(await auth.deps.signing.sign(claims, { alg: 'ES256', typ: 'at+jwt' }))
    expect(answer).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="insufficient_scope", .*scope="openid"$/)
  }
})

test('a revoked Grant, a disabled and a removed account tell nothing any more (Invariant 1)', async () => {
  const token = await tokenFor('openid')
  const grant_id = await grantOf(token)
  await auth.deps.grants.revoke(grant_id, 'test')
  expect(await challengeOf(userinfo(token))).toEqual(refused)
  await auth.database.collection(grants).update({ grant_id }, { set: { revokedAt: null } })
  expect((await userinfo(token)).status).toBe(200)

  const approved = await auth.approve(bob, { client: bookshop, scope: 'openid' })
  const bobs = (await auth.redeem(bookshop, approved)).body.access_token
  await auth.database.collection(users).update({ sub: bob.sub }, { set: { disabledAt: 1 } })
  expect(await challengeOf(userinfo(bobs))).toEqual(refused)
  await auth.database.collection(users).remove({ sub: bob.sub })
  expect(await challengeOf(userinfo(bobs))).toEqual(refused)
})

test('userinfo asks the store twice: for the Grant and for the person', async () => {
  const token = await tokenFor(scope)
  auth.database.reset()
  await userinfo(token)
  expect(auth.database.calls).toEqual(['grants.find', 'users.find'])
})
