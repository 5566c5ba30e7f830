import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '@menshen/shared/log'
import { decodeJwt } from 'jose'
import { paramsOf, register } from '../support/authorize.ts'
import { authserverApp, eggApp } from '../support/dialect-apps.ts'
import { askCore, codeAt, coreClient, doors, tokensAt } from '../support/doors.ts'
import { alice, bank, bob, bookshop, reader } from '../support/people.ts'
import { type Answer, startAuth, type TestAuth } from '../support/start-auth.ts'

/** The doors of the dialects are weaker than those of the core: nobody gets by one what the other is for. */
const dialects = doors.map(({ app }) => app.dialect ?? '')
const COMPAT = dialects.join()
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth({ env: { COMPAT } })
  await register(auth, ...doors.map(({ app }) => app))
})
afterAll(() => auth.stop())

/** None of these answers has a token in it. */
const expectNothing = (answers: Answer[]) => expect(answers.filter(({ body }) => body?.access_token !== undefined)).toEqual([])
const expectGiven = ({ status, body }: Answer) => expect([status, typeof body.access_token]).toEqual([200, 'string'])
const redeemed = (code: string, { redirect_uris = [''] } = bookshop) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirect_uris[0] ?? '',
})

test('a core client asks at the doors of the dialects: nobody knows it, and nothing of it is used up', async () => {
  const approved = await auth.approve(alice, { client: coreClient, code_challenge: '', code_challenge_method: '' })
  const tokens = (await auth.redeem(coreClient, { ...(await auth.approve(alice, { client: coreClient })) })).body
  for (const door of doors) {
    expectNothing([
      await door.redeem(auth, coreClient, approved.code),
      await door.refresh(auth, coreClient, tokens.refresh_token),
    ])
  }
  expectGiven(await auth.redeem(coreClient, { code: approved.code, verifier: '' }))
  expectGiven(await auth.refresh(coreClient, tokens.refresh_token))
})

test('a client of a dialect asks at the doors of the core: nobody knows it, and nothing of it is used up', async () => {
  for (const door of doors) {
    const [code, { access_token, refresh_token }] = [await codeAt(auth, door), await tokensAt(auth, door)]
    const { client_id, secret = '' } = door.app
    expectNothing(await askCore(auth, door.app, redeemed(code, door.app)))
    expectNothing(await askCore(auth, door.app, { grant_type: 'refresh_token', refresh_token }))
    for (const path of ['/oauth2/introspect', '/oauth2/revoke'])
      expect(await auth.post(path, { client_id, client_secret: secret, token: refresh_token })).toMatchObject({ status: 401 })
    expect((await auth.get('/oauth2/userinfo', { authorization: `Bearer ${access_token}` })).status).not.toBe(200)
    expectGiven(await door.redeem(auth, door.app, code))
    expectGiven(await door.refresh(auth, door.app, refresh_token))
  }
})

test('a client of one dialect asks at the doors of another: nobody knows it, and nothing of it is used up', async () => {
  for (const own of doors) {
    const [code, { access_token, refresh_token }] = [await codeAt(auth, own), await tokensAt(auth, own)]
    for (const other of doors.filter((door) => door !== own)) {
      expectNothing([await other.redeem(auth, own.app, code), await other.refresh(auth, own.app, refresh_token)])
      const disguised = { ...other.app, redirect_uris: own.app.redirect_uris }
      expectNothing([await other.redeem(auth, disguised, code), await other.refresh(auth, other.app, refresh_token)])
    }
    if (own.app.dialect !== 'egg')
      expect((await auth.get('/users/authenticate', { authorization: `Bearer ${access_token}` })).status).toBe(401)
    expectGiven(await own.redeem(auth, own.app, code))
    expectGiven(await own.refresh(auth, own.app, refresh_token))
  }
})

test("a core client's code and refresh token are shown by a client of a dialect: they are not its own, and stay good", async () => {
  const { code } = await auth.approve(alice, { client: coreClient, code_challenge: '', code_challenge_method: '' })
  const approved = await auth.approve(alice, { client: coreClient, scope: 'openid profile' })
  const { refresh_token } = (await auth.redeem(coreClient, approved)).body
  for (const door of doors) {
    const disguised = { ...door.app, redirect_uris: coreClient.redirect_uris }
    expectNothing([await door.redeem(auth, disguised, code), await door.refresh(auth, door.app, refresh_token)])
  }
  expectGiven(await auth.redeem(coreClient, { code, verifier: '' }))
  expectGiven(await auth.refresh(coreClient, refresh_token))
})

test("a dialect's code and refresh token are shown by a core client: they are not its own, and stay good", async () => {
  for (const door of doors) {
    const [code, { refresh_token }] = [await codeAt(auth, door), await tokensAt(auth, door)]
    expectNothing(await askCore(auth, coreClient, redeemed(code, door.app)))
    expectNothing(await askCore(auth, coreClient, { grant_type: 'refresh_token', refresh_token }))
    expectGiven(await door.redeem(auth, door.app, code))
    expectGiven(await door.refresh(auth, door.app, refresh_token))
  }
})

test('a core client asks in the weaker ways at /token: by GET, with its secret in the address, without it', async () => {
  const { client_id, secret = '' } = coreClient
  const tokens = (await auth.redeem(coreClient, await auth.approve(alice, { client: coreClient }))).body
  for (const path of ['/token', '/oauth2/token']) {
    const credentials = new URLSearchParams({ client_id, client_secret: secret })
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
    expectNothing([
      await auth.get(`${path}?${credentials}&${new URLSearchParams(form)}`),
      await auth.post(`${path}?${credentials}`, form),
      await auth.post(`${path}?${credentials}&${new URLSearchParams(form)}`, ''),
      await auth.post(path, { client_id, ...form }),
    ])
  }
  expectGiven(await auth.refresh(coreClient, tokens.refresh_token))
})

test('a core client leaves PKCE out at the doors of the dialects: who must use it must use it there, too', async () => {
  for (const client of [reader, bank]) {
    for (const path of doors.flatMap((door) => door.authorize(client, { scope: 'openid' }))) {
      const { headers, status } = await auth.get(path)
      const location = headers.get('location')
      expect([path, location ? paramsOf(location)['error'] : status]).toEqual([path, location ? 'invalid_request' : 400])
    }
  }
})

test('an app of a dialect leaves its secret out where the dialect wants it, or shows a wrong one', async () => {
  for (const door of doors) {
    const code = await codeAt(auth, door)
    for (const secret of [undefined, '', 'wrong', coreClient.secret ?? ''])
      expectNothing([await door.redeem(auth, { ...door.app, secret: secret as string }, code)])
    expectGiven(await door.redeem(auth, door.app, code))
  }
})

test('an app of a dialect refreshes at /token without its secret: only where the dialect has it so', async () => {
  const door = doors[0]!
  const { client_id, secret = '' } = door.app
  const { refresh_token } = await tokensAt(auth, door)
  const form = { grant_type: 'refresh_token', refresh_token, client_id }
  expectNothing([await auth.post('/token', form)])
  expectGiven(await auth.post('/token', { ...form, client_secret: secret }))
})

test('an app of a dialect asks for scopes of the core, in its words and in ours: it gets what it registered', async () => {
  for (const door of doors) {
    for (const scope of [
      'openid,email,offline_access,project:write,profile',
      'openid email offline_access project:write profile',
    ]) {
      const [path = ''] = door.authorize(door.app, { scope })
      const code = new URL(await auth.signInAt(auth.url + path, alice, door.app)).searchParams.get('code') ?? ''
      if (code === '') continue // no scope is left that it knows
      const { body } = await door.redeem(auth, door.app, code)
      const granted = String(decodeJwt(body.access_token)['scope']).split(' ')
      expect(granted.filter((name) => !door.app.scope.split(' ').includes(name))).toEqual([])
      expect(body.id_token).toBeUndefined()
    }
  }
})

test('a stranger wants an answer sent elsewhere, by the words of a dialect: a page, and no redirect', async () => {
  for (const { app, authorize } of doors) {
    for (const redirect_uri of [
      'https://evil.example/',
      `${app.redirect_uris[0]}/../x`,
      `${app.redirect_uris[0]}.evil.example`,
      '',
    ]) {
      for (const path of authorize(app, { redirect_uri, ...(redirect_uri === '' && { client_id: 'nobody', appid: 'nobody' }) })) {
        const { status, headers } = await auth.get(path)
        expect([path, status, headers.get('location')]).toEqual([path, 400, null])
      }
    }
  }
})

test('a disabled app comes by the door of its dialect: it is given nothing', async () => {
  for (const door of doors) {
    const [code, { refresh_token }] = [await codeAt(auth, door), await tokensAt(auth, door)]
    await auth.setClient(door.app, { disabledAt: auth.clock.now() })
    expectNothing([await door.redeem(auth, door.app, code), await door.refresh(auth, door.app, refresh_token)])
    await auth.setClient(door.app, { disabledAt: null })
    expectGiven(await door.redeem(auth, door.app, code))
  }
})

test('a link checker follows an address with a code by HEAD: the code stays good (RFC 9110 section 9.2.1)', async () => {
  const { client_id, secret = '' } = authserverApp
  const code = await codeAt(auth, doors[0]!)
  const asked = new URLSearchParams({ client_id, client_secret: secret, ...redeemed(code, authserverApp) })
  const { status } = await fetch(`${auth.url}/oauth2/access_token?${asked}`, { method: 'HEAD' })
  expect(status).toBe(405)
  expectGiven(await doors[0]!.redeem(auth, authserverApp, code))
})

test('parameters stand in the address and in the form: which one counts is never guessed (RFC 6749 section 3.2)', async () => {
  const { client_id, secret = '' } = authserverApp
  const code = await codeAt(auth, doors[0]!)
  const form = { client_id, client_secret: secret, ...redeemed(code, authserverApp) }
  for (const name of ['client_id', 'code', 'redirect_uri', 'grant_type'])
    expectNothing([await auth.post(`/oauth2/access_token?${name}=another`, form)])
  expectGiven(await auth.post('/oauth2/access_token', form))
})

test('a script of a registered origin asks by the weaker ways: it may not read the answer (Fetch Standard section 3.3)', async () => {
  const origin = 'https://app.example'
  for (const path of doors.flatMap(({ paths }) => paths)) {
    const answers = [await auth.get(path, { origin }), await auth.post(path, '', { origin })]
    expect(answers.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([null, null])
  }
})

test('what a dialect answers is kept by nobody, and its address is told to nobody, right or wrong', async () => {
  for (const door of doors) {
    const code = await codeAt(auth, door)
    const answers = [await door.redeem(auth, door.app, code), await door.redeem(auth, door.app, code)]
    for (const path of door.paths) answers.push(await auth.get(path), await auth.post(path, 'client_id=%ff'))
    for (const { status, headers } of answers.filter(({ status }) => status !== 405))
      expect([status, headers.get('cache-control'), headers.get('pragma'), headers.get('referrer-policy')]).toEqual([
        status,
        'no-store',
        'no-cache',
        'no-referrer',
      ])
  }
})

test('somebody reads the log: no secret that stood in an address is there, and each weaker way is marked', async () => {
  const written: string[] = []
  const log = createLog({ service: 'auth', level: 'trace', destination: { write: (line) => written.push(line) } })
  const logged = await startAuth({ env: { COMPAT }, log })
  await register(logged, ...doors.map(({ app }) => app))
  for (const door of doors) {
    const code = await codeAt(logged, door)
    const from = written.length
    const { body } = await door.redeem(logged, door.app, code)
    await door.redeem(logged, door.app, code)
    await door.redeem(logged, { ...door.app, secret: `wrong ${door.app.secret}` }, code)
    await door.refresh(logged, door.app, body.refresh_token)
    const lines = written.slice(from).join('')
    const secrets = [code, door.app.secret ?? '', body.access_token, body.refresh_token]
    expect(secrets.filter((secret) => secret.length < 10 || lines.includes(secret))).toEqual([])
    expect(lines.split(`"dialect":"${door.app.dialect}"`).length - 1).toBe(4)
  }
  await logged.stop()
})

test('secrets are guessed at the door of a dialect: it counts with what is guessed at every other', async () => {
  const guessed = await startAuth({ env: { COMPAT, CLIENT_FAILURES_PER_MINUTE: '3' } })
  await register(guessed, ...doors.map(({ app }) => app))
  for (const door of doors) {
    const code = await codeAt(guessed, door)
    for (let i = 0; i < 3; i++) await door.redeem(guessed, { ...door.app, secret: `guess ${i}` }, code)
    expectNothing([await door.redeem(guessed, door.app, code)])
  }
  const { client_id, secret = '' } = authserverApp
  expect(await guessed.post('/token', { client_id, client_secret: secret, grant_type: 'refresh_token' })).toMatchObject({
    status: 429,
  })
  await guessed.stop()
})

test('an app asks too often by the door of a dialect: it waits at every other', async () => {
  const busy = await startAuth({ env: { COMPAT, TOKEN_REQUESTS_PER_MINUTE: '3' } })
  await register(busy, ...doors.map(({ app }) => app))
  for (const door of doors) {
    const code = await codeAt(busy, door)
    for (let i = 0; i < 3; i++) await door.redeem(busy, door.app, `unknown ${i}`)
    expectNothing([await door.redeem(busy, door.app, code)])
  }
  const { client_id, secret = '' } = authserverApp
  expect(await busy.post('/token', { client_id, client_secret: secret, grant_type: 'refresh_token' })).toMatchObject({
    status: 429,
  })
  await busy.stop()
})

test('an app is built on a weaker way without knowing: the metadata names what is spoken here', async () => {
  expect((await auth.get('/.well-known/oauth-authorization-server')).body.menshen_compat).toEqual(dialects)
})

test('two apps whose owner nobody named compare notes: they do not know the same person', () => {
  const [app, other] = [authserverApp, { ...authserverApp, client_id: 'other' }]
  const unionOf = (client: typeof app) => auth.deps.unionOf(client, alice.sub)
  expect(unionOf(app)).not.toBe(unionOf(other))
  expect(unionOf({ ...app, owner: 'one' })).not.toBe(unionOf({ ...app, owner: 'another' }))
  expect(unionOf({ ...app, owner: 'one' })).toBe(unionOf({ ...other, owner: 'one' }))
})

test('an access token is shown where another dialect looks at its own: it is none there', async () => {
  const shown = async (token: string, openid: string) => {
    const { status } = await auth.get('/users/authenticate', { authorization: `Bearer ${token}` })
    const { body } = await auth.get(`/sns/auth?${new URLSearchParams({ access_token: token, openid })}`)
    return { egg: status === 200, wechat: body.errcode === 0 }
  }
  const core = (await auth.redeem(coreClient, await auth.approve(alice, { client: coreClient, scope: 'openid profile' }))).body
  expect(await shown(core.access_token, alice.sub)).toEqual({ egg: false, wechat: false })
  for (const door of doors) {
    const { dialect } = door.app
    const { access_token } = await tokensAt(auth, door)
    const openid = auth.deps.subjectOf(door.app, alice.sub)
    expect(await shown(access_token, openid)).toEqual({ egg: dialect === 'egg', wechat: dialect === 'wechat' })
  }
})

test('passwords are guessed at the doors of a dialect: each counts with those at every other', async () => {
  const guessed = await startAuth({ env: { COMPAT } })
  await register(guessed, eggApp)
  const { client_id, secret: client_secret = '', redirect_uris } = eggApp
  const form = { client_id, client_secret, username: alice.username, password: 'a wrong guess' }
  const authorize = { ...form, response_type: 'code', redirect_uri: redirect_uris[0] ?? '' }
  for (let i = 0; i < 3; i++) await guessed.post('/users/authorize', authorize)
  for (let i = 0; i < 2; i++) await guessed.post('/users/token', { ...form, grant_type: 'password' })
  expect(await guessed.passwordGrant(alice)).toMatchObject({ status: 429 })
  await guessed.stop()
})

test('an app of somebody else brings a name and a password along: the person must agree all the same', async () => {
  await auth.setClient(eggApp, { first_party: false, scope: 'profile' })
  const { client_id, redirect_uris } = eggApp
  const form = { client_id, response_type: 'code', redirect_uri: redirect_uris[0] ?? '', scope: 'profile' }
  const answer = await auth.post('/users/authorize', { ...form, username: bob.username, password: bob.password })
  await auth.setClient(eggApp, { first_party: true, scope: eggApp.scope })
  expect([answer.status, answer.headers.get('location')]).toEqual([302, expect.stringMatching(/\/interaction\/[\w-]+\/consent$/)])
})

test('an address with a code, or with a refresh token, is opened twenty times at once: one code wins, one token follows', async () => {
  for (const door of doors) {
    const code = await codeAt(auth, door)
    const twenty = <T>(one: () => Promise<T>) => Promise.all(Array.from({ length: 20 }, one))
    const won = (await twenty(() => door.redeem(auth, door.app, code))).filter(({ body }) => body.access_token !== undefined)
    expect(won.length).toBeLessThanOrEqual(1)
    for (const { body } of won) expectNothing([await door.refresh(auth, door.app, body.refresh_token)])

    const { refresh_token } = await tokensAt(auth, door)
    const followers = await twenty(() => door.refresh(auth, door.app, refresh_token))
    expect(new Set(followers.map(({ body }) => body.refresh_token)).size).toBe(1)
  }
})

test('a refresh token that was used is opened from an old log: all that followed it ends (RFC 9700 section 4.14.2)', async () => {
  for (const door of doors) {
    const { refresh_token } = await tokensAt(auth, door)
    const next = (await door.refresh(auth, door.app, refresh_token)).body.refresh_token
    auth.clock.advance(60_000)
    expectNothing([await door.refresh(auth, door.app, refresh_token), await door.refresh(auth, door.app, next)])
  }
})
