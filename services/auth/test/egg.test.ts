import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { onMongo, testDatabaseUrl } from '@menshen/shared/testing/databases'
import { decodeJwt } from 'jose'
import { clients } from '../src/stores/clients.ts'
import { users } from '../src/stores/users.ts'
import { paramsOf } from './support/pages.ts'
import { alice, basic, bob, library, mobileApp, projectCenter, reportJob, type TestClient } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

/** As the notes register it: all four grants, so one of our own. */
const egg: TestClient = {
  ...library,
  client_id: 'egg',
  client_name: 'Egg',
  redirect_uris: ['http://127.0.0.1:7002/auth/redirect'],
  grant_types: ['password', 'authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'profile user:read user:list',
  first_party: true,
  dialect: 'egg',
}
/** Another company's, which people must agree to. */
const shell: TestClient = { ...egg, client_id: 'shell', client_name: 'Shell', scope: 'profile user:read', first_party: false }

eggOn('the database of the tests', testDatabaseUrl)
onMongo('the egg dialect', (freshUrl) => eggOn('MongoDB', freshUrl))

function eggOn(name: string, freshUrl: () => string): void {
  describe(`egg-oauth2-server's routes on ${name}`, () => {
    let auth: TestAuth
    beforeAll(async () => {
      auth = await startAuth({ databaseUrl: freshUrl(), env: { COMPAT: 'egg' } })
      for (const { secret: _, ...client } of [egg, shell]) await auth.database.collection(clients).insert(client)
    })
    afterAll(() => auth.stop())
    beforeEach(() => auth.clock.advance(60_000)) // no wait of another test is left

    const credentials = (client: TestClient) => ({ client_id: client.client_id, client_secret: client.secret ?? '' })
    const token = (form: Record<string, string>, client = egg) => auth.post('/users/token', { ...form, ...credentials(client) })
    const byPassword = (person = alice, client = egg) =>
      token({ grant_type: 'password', username: person.username, password: person.password }, client)
    const bearer = (access_token: string) => ({ authorization: `Bearer ${access_token}` })
    const asked = (client: TestClient, more: Record<string, string> = {}) => ({
      client_id: client.client_id,
      redirect_uri: client.redirect_uris[0] ?? '',
      response_type: 'code',
      state: 'xyz',
      username: alice.username,
      password: alice.password,
      ...more,
    })
    const codeFor = async (client = egg) => {
      const address = auth.authorizeUrl(client, { scope: 'profile user:read' }).replace('/oauth2/authorize', '/authorize')
      return paramsOf(await auth.signInAt(address, alice, client, createBrowser()))['code'] ?? ''
    }
    const redeem = (code: string, client = egg, more: Record<string, string> = {}) =>
      token(
        { grant_type: 'authorization_code', code, state: 'xyz', redirect_uri: client.redirect_uris[0] ?? '', ...more },
        client,
      )

    describe('POST /users/token', () => {
      test('answers with the members of RFC 6749 section 5.1, and with the model that egg-oauth2-server showed, of its records the ids', async () => {
        const { status, body, headers } = await redeem(await codeFor())
        const now = auth.clock.now()
        expect([status, body]).toEqual([
          200,
          {
            access_token: expect.any(String),
            token_type: 'Bearer',
            expires_in: 3600,
            scope: 'profile user:read',
            refresh_token: expect.any(String),
            accessToken: body.access_token,
            accessTokenExpiresAt: new Date((Math.floor(now / 1000) + 3600) * 1000).toISOString(),
            refreshToken: body.refresh_token,
            refreshTokenExpiresAt: new Date(now + auth.config.refreshTokenIdleTtl * 1000).toISOString(),
            client: 'egg',
            user: auth.deps.subjectOf(egg, alice.sub),
          },
        ])
        expect(body.user).not.toBe(alice.sub)
        for (const [header, value] of [
          ['cache-control', 'no-store'],
          ['pragma', 'no-cache'],
          ['referrer-policy', 'no-referrer'],
        ] as const)
          expect(headers.get(header)).toBe(value)
      })

      test('a code is good once, for five minutes, with the address it was asked with (RFC 6749 section 4.1.3)', async () => {
        const elsewhere = await codeFor()
        expect((await redeem(elsewhere, egg, { redirect_uri: 'http://127.0.0.1:7002/' })).body.error).toBe('invalid_grant')
        const { body } = await redeem(elsewhere)
        expect((await redeem(elsewhere)).body.error).toBe('invalid_grant')
        expect((await auth.get('/users/authenticate', bearer(body.access_token))).status).toBe(401)

        const old = await codeFor()
        auth.clock.advance(300_000)
        expect((await redeem(old)).body).toMatchObject({ error: 'invalid_grant', error_description: 'the code has expired' })
      })

      test('a name and a password are taken from our own apps alone (RFC 9700 section 2.4)', async () => {
        expect((await byPassword()).body).toMatchObject({ client: 'egg', user: auth.deps.subjectOf(egg, alice.sub) })
        expect(await byPassword(alice, shell)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } })
        expect(await byPassword({ ...alice, password: 'wrong' })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
      })

      test('a refresh token is followed by another one, and tells of its end', async () => {
        const { body: first } = await byPassword()
        const { status, body } = await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token })
        expect(status).toBe(200)
        expect(body.refreshToken).not.toBe(first.refreshToken)
        expect(Date.parse(body.refreshTokenExpiresAt)).toBeGreaterThan(auth.clock.now())
        auth.clock.advance(60_000)
        expect((await token({ grant_type: 'refresh_token', refresh_token: first.refresh_token })).status).toBe(400)
        expect((await auth.get('/users/authenticate', bearer(body.access_token))).status).toBe(401)
      })

      test('a client that acts for itself is its own service account, as getUserFromClient makes it', async () => {
        const { status, body } = await token({ grant_type: 'client_credentials' })
        expect([status, body]).toEqual([
          200,
          expect.objectContaining({ client: 'egg', user: 'egg', accessToken: body.access_token }),
        ])
        expect(decodeJwt(body.access_token).sub).toBe(body.user)
        expect(body).not.toHaveProperty('refreshToken')
        expect(body).not.toHaveProperty('refreshTokenExpiresAt')
      })

      test('the secret comes in the form or by Basic, never in the address (RFC 6749 section 2.3.1)', async () => {
        const form = { grant_type: 'client_credentials' }
        expect((await auth.post('/users/token', form, { authorization: basic('egg', egg.secret ?? '') })).status).toBe(200)
        const { status, body } = await auth.post(`/users/token?${new URLSearchParams(credentials(egg))}`, form)
        expect([status, body.error]).toEqual([401, 'invalid_client'])
      })

      test.each([
        ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
        ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
        ['an unknown grant', { grant_type: 'magic' }, 400, 'unsupported_grant_type'],
        ['no grant', { grant_type: '' }, 400, 'invalid_request'],
        ['an unknown code', { code: 'unknown' }, 400, 'invalid_grant'],
      ])('%s is told in the form that oauth2-server gives errors', async (_, wrong, status, error) => {
        const answer = await auth.post('/users/token', {
          grant_type: 'authorization_code',
          code: 'code',
          redirect_uri: egg.redirect_uris[0] ?? '',
          ...credentials(egg),
          ...wrong,
        })
        expect([answer.status, answer.body]).toEqual([status, { error, error_description: expect.any(String) }])
      })

      test('a GET is none of its own', async () => {
        expect((await auth.get('/users/token?grant_type=client_credentials')).status).toBe(405)
      })
    })

    describe('/users/authenticate', () => {
      test('says successed! of a good token, in the header or in the form of a POST (RFC 6750 section 2)', async () => {
        const { body } = await byPassword()
        const good = { status: 200, body: { msg: 'successed!' } }
        expect(await auth.get('/users/authenticate', bearer(body.access_token))).toMatchObject(good)
        expect(await auth.post('/users/authenticate', {}, bearer(body.access_token))).toMatchObject(good)
        expect(await auth.post('/users/authenticate', { access_token: body.access_token })).toMatchObject(good)
        const job = await token({ grant_type: 'client_credentials' })
        expect(await auth.get('/users/authenticate', bearer(job.body.access_token))).toMatchObject(good)
      })

      test('asks who brings none for one, and refuses one in the address', async () => {
        const { status, headers, body } = await auth.get('/users/authenticate')
        expect([status, headers.get('www-authenticate'), body]).toEqual([401, 'Bearer', ''])
        const { body: tokens } = await byPassword()
        const inAddress = await auth.get(`/users/authenticate?access_token=${tokens.access_token}`)
        expect([inAddress.status, inAddress.body.error]).toEqual([400, 'invalid_request'])
      })

      test('refuses a token that has expired, or whose authorization was withdrawn', async () => {
        const { body } = await byPassword()
        auth.clock.advance(3600_000)
        expect(await auth.get('/users/authenticate', bearer(body.access_token))).toMatchObject({
          status: 401,
          body: { error: 'invalid_token' },
        })
        const { body: next } = await byPassword()
        await auth.deps.grants.revoke(decodeJwt<{ grant_id: string }>(next.access_token).grant_id, 'test')
        expect((await auth.get('/users/authenticate', bearer(next.access_token))).status).toBe(401)
      })

      test('refuses the token of a client that is disabled, and of a person who is', async () => {
        const { body: tokens } = await byPassword(bob)
        const status = async () => (await auth.get('/users/authenticate', bearer(tokens.access_token))).status
        await auth.setClient(egg, { disabledAt: auth.clock.now() })
        expect(await status()).toBe(401)
        await auth.setClient(egg, { disabledAt: null })
        await auth.database.collection(users).update({ sub: bob.sub }, { set: { disabledAt: auth.clock.now() } })
        expect(await status()).toBe(401)
        await auth.database.collection(users).update({ sub: bob.sub }, { set: { disabledAt: null } })
        expect(await status()).toBe(200)
      })

      test('refuses the tokens of all other clients', async () => {
        const { body } = await auth.passwordGrant(alice, {}, mobileApp)
        expect((await auth.get('/users/authenticate', bearer(body.access_token))).status).toBe(401)
        const job = await auth.token(reportJob, { grant_type: 'client_credentials' })
        expect((await auth.get('/users/authenticate', bearer(job.body.access_token))).status).toBe(401)
      })
    })

    describe('GET /users', () => {
      test('asks for a token', async () => {
        expect((await auth.get('/users')).status).toBe(401)
      })

      test('shows a token its own person, by the id that the client knows, and the name where that was agreed to', async () => {
        const ask = async (scope: string) => {
          const { body } = await token({ grant_type: 'password', username: bob.username, password: bob.password, scope })
          return (await auth.get('/users', bearer(body.access_token))).body
        }
        const id = auth.deps.subjectOf(egg, bob.sub)
        expect(await ask('profile')).toEqual([{ id, name: 'bob' }])
        expect(await ask('user:read')).toEqual([{ id }])
      })

      test('shows people who use the server to user:list, a page at a time, and the next one in Link (RFC 8288)', async () => {
        const { body: job } = await token({ grant_type: 'client_credentials', scope: 'user:list' })
        const get = (path: string) => auth.get(path, bearer(job.access_token))
        const { body: all } = await get('/users')
        expect(all).toEqual(expect.arrayContaining([{ id: auth.deps.subjectOf(egg, alice.sub), name: 'Alice' }]))

        const first = await get('/users?limit=1')
        expect([first.body, first.headers.get('cache-control')]).toEqual([[all[0]], 'no-store'])
        const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '') ?? []
        expect(decodeURIComponent(next)).not.toMatch(/sub-|YWxpY2U/)
        const second = await get(next.slice(auth.url.length))
        expect([second.body, second.headers.get('link')]).toEqual([[all[1]], null])
      })

      test('shows nobody who is disabled', async () => {
        const { body: job } = await token({ grant_type: 'client_credentials', scope: 'user:list' })
        await auth.database.collection(users).update({ sub: bob.sub }, { set: { disabledAt: auth.clock.now() } })
        const { body } = await auth.get('/users', bearer(job.access_token))
        await auth.database.collection(users).update({ sub: bob.sub }, { set: { disabledAt: null } })
        expect(body.map(({ name }: { name: string }) => name)).not.toContain('bob')
      })

      test('shows nobody to a client that acts for itself without user:list, nor once that is taken from it', async () => {
        const { body: job } = await token({ grant_type: 'client_credentials', scope: 'user:list' })
        await auth.setClient(egg, { scope: 'profile user:read' })
        const { status, body, headers } = await auth.get('/users', bearer(job.access_token))
        await auth.setClient(egg, { scope: egg.scope })
        expect([status, body.error]).toEqual([403, 'insufficient_scope'])
        expect(headers.get('www-authenticate')).toContain('scope="user:list"')
      })

      test.each(['limit=0', 'limit=101', 'limit=ten', 'cursor=made-up'])('%s is an invalid_request', async (query) => {
        const { body: job } = await token({ grant_type: 'client_credentials', scope: 'user:list' })
        const { status, body } = await auth.get(`/users?${query}`, bearer(job.access_token))
        expect([status, body.error]).toEqual([400, 'invalid_request'])
      })
    })

    describe('POST /users', () => {
      test('makes an account, from a form or from JSON, that signs in', async () => {
        const made = await auth.post('/users', { name: 'test', password: 'a password of test', age: '23' })
        expect(made).toMatchObject({ status: 200, body: { id: expect.any(String), name: 'test' } })
        expect((await byPassword({ ...alice, username: 'test', password: 'a password of test' })).status).toBe(200)

        const person = { name: 'test2', password: 'a password of test', age: 23, firstname: 'chao', lastname: 'zhou' }
        const body = JSON.stringify(person)
        const response = await fetch(`${auth.url}/users`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        })
        const { id } = (await response.json()) as { id: string }
        expect(await auth.deps.users.find(id)).toMatchObject({ preferred_username: 'test2', claims: { name: 'chao zhou' } })
      })

      test.each([
        [{ name: 'alice', password: 'a password of test' }, 'name is taken'],
        [{ name: 'test3', password: '123456' }, 'password must have 8 characters or more'],
        [{ name: 'a@b.example', password: 'a password of test' }, 'name must not look like an e-mail address'],
        [{ password: 'a password of test' }, 'name must be 1 to 64 readable characters'],
      ])('keeps to the rules of the sign-up page: %j', async (form, error_description) => {
        const { status, body } = await auth.post('/users', form as Record<string, string>)
        expect([status, body]).toEqual([400, { error: 'invalid_request', error_description }])
      })

      test.each(['[]', '"text"', 'null', '{', '{"name":7}'])('the JSON %s makes none', async (body) => {
        const response = await fetch(`${auth.url}/users`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        })
        expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_request' })])
      })
    })

    describe('POST /users/authorize', () => {
      test('gives our own app its code for a name and a password, in the form or in the address', async () => {
        const inForm = await auth.post('/users/authorize', asked(egg))
        expect(inForm.status).toBe(302)
        const { code = '', state, iss } = paramsOf(inForm.headers.get('location'))
        expect([state, iss]).toEqual(['xyz', auth.url])
        expect((await redeem(code)).body).toMatchObject({ user: auth.deps.subjectOf(egg, alice.sub) })

        const { username, password, ...rest } = asked(egg)
        const inAddress = await auth.post(`/users/authorize?${new URLSearchParams(rest)}`, { username, password })
        expect(paramsOf(inAddress.headers.get('location'))['code']).toBeDefined()
      })

      test('asks for consent to the app of somebody else, also of who has just signed in', async () => {
        const browser = createBrowser()
        await browser.post(`${auth.url}/users/authorize`, asked(shell))
        await browser.follow()
        expect(browser.page.url).toMatch(/\/interaction\/[\w-]+\/consent$/)
        expect(browser.page.body).toContain('Shell')
        await browser.submit({ decision: 'allow' }, 'decision')
        const { code = '' } = paramsOf(browser.page.location)
        expect((await redeem(code, shell)).status).toBe(200)
      })

      test('takes a password only once client and address are proven, and redirects nobody before', async () => {
        for (const wrong of [{ client_id: 'nobody' }, { redirect_uri: 'https://evil.example/cb' }]) {
          const { status, headers, body } = await auth.post('/users/authorize', asked(egg, wrong))
          expect([status, headers.get('location'), headers.get('set-cookie')]).toEqual([400, null, null])
          expect(body.error).toMatch(/^invalid_(client|request)$/)
        }
      })

      test('refuses a wrong password without a redirect, and counts it with all others (RFC 6749 section 4.3.2)', async () => {
        const guess = () => auth.post('/users/authorize', asked(egg, { username: 'carol', password: 'wrong' }))
        const first = await guess()
        expect([first.status, first.body.error, first.headers.get('location')]).toEqual([400, 'invalid_grant', null])
        for (let more = auth.config.signInFreeFailures - 1; more > 0; more--) await guess()
        const last = await guess()
        expect([last.status, last.headers.get('retry-after')]).toEqual([429, '1'])
        const elsewhere = await token({ grant_type: 'password', username: 'carol', password: 'wrong' })
        expect(elsewhere.status).toBe(429)
      })

      test('tells the app of what is wrong with the rest (RFC 6749 section 4.1.2.1)', async () => {
        const { status, headers } = await auth.post('/users/authorize', asked(egg, { response_type: 'magic' }))
        expect([status, paramsOf(headers.get('location'))]).toEqual([
          302,
          expect.objectContaining({ error: 'unsupported_response_type', state: 'xyz' }),
        ])
      })

      test('by GET is the page of /authorize', async () => {
        const { username: _, password: __, ...request } = asked(egg)
        const { headers } = await auth.get(`/users/authorize?${new URLSearchParams(request)}`)
        expect(headers.get('location')).toMatch(/^\/interaction\/[\w-]+\/sign-in$/)
      })

      test.each([
        ['another origin', { origin: 'https://evil.example' }],
        ['an origin that is hidden', { origin: 'null' }],
        ['another site', { 'sec-fetch-site': 'cross-site' }],
        ['another host of the site', { 'sec-fetch-site': 'same-site' }],
      ])('what a page of %s sends signs nobody in and makes no account', async (_, headers) => {
        const forged = await auth.post('/users/authorize', asked(egg), headers)
        expect([forged.status, forged.body.error, forged.headers.get('set-cookie')]).toEqual([403, 'access_denied', null])
        expect((await auth.post('/users', { name: 'forged', password: 'a password of test' }, headers)).status).toBe(403)
      })
    })

    test('a client of the core does not exist here, and this one not for the core', async () => {
      expect((await byPassword(alice, { ...projectCenter, token_endpoint_auth_method: 'client_secret_post' })).body.error).toBe(
        'invalid_client',
      )
      expect((await auth.post('/users/authorize', asked(projectCenter))).body.error).toBe('invalid_client')
      const code = await codeFor()
      const form = { grant_type: 'authorization_code', code, redirect_uri: egg.redirect_uris[0] ?? '' }
      expect((await auth.token(egg, form)).body.error).toBe('invalid_client')
      expect((await auth.get(auth.authorizeUrl(egg).slice(auth.url.length))).status).toBe(400)
      expect((await redeem(code)).status).toBe(200)
    })
  })
}

test('accounts come by no route where SIGN_UP is off', async () => {
  const auth = await startAuth({ env: { COMPAT: 'egg', SIGN_UP: 'off' } })
  const { status, body } = await auth.post('/users', { name: 'test', password: 'a password of test' })
  expect([status, body.error]).toEqual([403, 'access_denied'])
  await auth.stop()
})

test('accounts made here count with those of the sign-up page', async () => {
  const auth = await startAuth({ env: { COMPAT: 'egg', SIGN_UP_ADDRESS_LIMIT: '1' } })
  const add = (name: string) => auth.post('/users', { name, password: 'a password of test' })
  expect([(await add('test')).status, (await add('test2')).status]).toEqual([200, 429])
  await auth.stop()
})

test('without COMPAT its addresses lead nowhere, like any unknown one', async () => {
  const auth = await startAuth()
  for (const path of ['/users', '/users/authorize', '/users/authenticate', '/users/token'])
    expect((await auth.get(path)).status).toBe(404)
  expect((await auth.post('/users/token', { grant_type: 'client_credentials' })).status).toBe(404)
  await auth.stop()
})
