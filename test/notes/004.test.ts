import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { onMongo } from '@menshen/shared/testing/databases'
import { register } from '../../services/auth/test/support/authorize.ts'
import { eggApp } from '../../services/auth/test/support/dialect-apps.ts'
import { alice } from '../../services/auth/test/support/people.ts'
import { startAuth, type TestAuth } from '../../services/auth/test/support/start-auth.ts'
import { agree, asking, codeAt } from '../support/note.ts'

const { client_id, secret: client_secret = '' } = eggApp
/** As the note writes them. */
const redirect_uri = 'http://127.0.0.1:7002/auth/redirect'
const grants = 'password,authorization_code,refresh_token,client_credentials'

function noteOn(driver: string, freshUrl: () => string): void {
  describe(`note 004 on ${driver}`, () => {
    let auth: TestAuth
    beforeAll(async () => {
      auth = await startAuth({ databaseUrl: freshUrl(), env: { COMPAT: 'egg' } })
      await register(auth, eggApp)
    })
    afterAll(() => auth.stop())

    const asked = { client_id, redirect_uri, response_type: 'code', state: '1234', scope: 'profile' }
    const code = () => codeAt(auth, asking('/authorize', asked), eggApp)
    const token = (form: Record<string, string>) => auth.post('/users/token', { client_id, client_secret, ...form })
    /** The `data` of the note's curl call, for the query that came to `/auth/redirect`. */
    const curl = (query: { code: string; state: string }) =>
      token({
        grant_type: 'authorization_code',
        code: query.code,
        state: query.state,
        client_id: client_id,
        client_secret: client_secret,
        redirect_uri: redirect_uri,
      })
    const tokens = async () => (await curl({ code: await code(), state: '1234' })).body
    const authenticate = (accessToken: string) => auth.get('/users/authenticate', { authorization: `Bearer ${accessToken}` })

    test('people register before the flow is tried: an account comes from POST /users, and signs in at once', async () => {
      const { status, body } = await auth.post('/users', { name: 'test', password: 'the password of test' })
      expect([status, body]).toEqual([200, { id: expect.any(String), name: 'test' }])
      const form = { grant_type: 'password', username: 'test', password: 'the password of test' }
      expect(await token(form)).toMatchObject({ status: 200 })
    })

    describe('the routes of the client', () => {
      test('/auth/redirect, at exactly the address of the note, gets the code with the state', async () => {
        const answer = await agree(auth, asking('/authorize', asked), eggApp)
        expect(answer.origin + answer.pathname).toBe(redirect_uri)
        expect(answer.searchParams.get('state')).toBe('1234')
        expect(answer.searchParams.get('code')).toMatch(/^[\w-]{22,}$/)
      })

      test('an address beside it is refused, localhost as well: they are compared as text', async () => {
        for (const other of ['http://localhost:7002/auth/redirect', `${redirect_uri}/`, 'http://127.0.0.1:7003/auth/redirect'])
          expect((await auth.get(asking('/authorize', { ...asked, redirect_uri: other }).path)).status).toBe(400)
      })

      test("the call for the token, as it stands, gets the model that the note's page shows", async () => {
        const body = await tokens()
        const shown = ['accessToken', 'accessTokenExpiresAt', 'refreshToken', 'refreshTokenExpiresAt', 'client', 'user']
        expect(Object.keys(body)).toEqual(expect.arrayContaining(shown))
        expect([body.accessToken, body.refreshToken]).toEqual([body.access_token, body.refresh_token])
        for (const date of [body.accessTokenExpiresAt, body.refreshTokenExpiresAt])
          expect(Date.parse(date)).toBeGreaterThan(auth.clock.now())
      })

      test('client and user are ids, and nothing else of their records is told', async () => {
        const body = await tokens()
        expect(body.client).toBe(client_id)
        expect(body.user).toEqual(expect.any(String))
        expect(JSON.stringify(body)).not.toContain(client_secret)
        expect(JSON.stringify(body)).not.toMatch(/argon2|Alice Liu/)
      })

      test('the state in the call is not looked at: the client checks it, before it calls (RFC 6749 section 10.12)', async () => {
        expect(await curl({ code: await code(), state: 'another' })).toMatchObject({ status: 200 })
      })

      test('the code works once, for five minutes, with the same redirect_uri and the right secret', async () => {
        const used = await code()
        const refused = { status: 400, body: { error: 'invalid_grant' } }
        const form = { grant_type: 'authorization_code', code: used, redirect_uri }
        expect(await token({ ...form, client_secret: 'wrong' })).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
        expect(await token({ ...form, redirect_uri: 'http://127.0.0.1:7002/' })).toMatchObject(refused)
        expect(await token(form)).toMatchObject({ status: 200 })
        expect(await token(form)).toMatchObject(refused)
        const late = await code()
        auth.clock.advance(300_000)
        expect(await token({ ...form, code: late })).toMatchObject(refused)
      })

      test('/users/authenticate says successed! for a good one, 401 for any other and for none', async () => {
        const { accessToken } = await tokens()
        expect(await authenticate(accessToken)).toMatchObject({ status: 200, body: { msg: 'successed!' } })
        expect((await authenticate(`${accessToken}x`)).status).toBe(401)
        expect((await auth.get('/users/authenticate')).status).toBe(401)
        auth.clock.advance(3_600_000)
        expect((await authenticate(accessToken)).status).toBe(401)
      })
    })

    describe('the grants of config.default.js and users.js', () => {
      test('the client may use the four that the note names, and no other', async () => {
        expect([...eggApp.grant_types].sort()).toEqual(grants.split(',').sort())
        expect(await token({ grant_type: 'implicit' })).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } })
      })

      test('password: our own client gets tokens for a name and a password', async () => {
        const { status, body } = await token({ grant_type: 'password', username: alice.username, password: alice.password })
        expect([status, body.user]).toEqual([200, (await tokens()).user])
        const wrong = await token({ grant_type: 'password', username: alice.username, password: 'wrong' })
        expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
      })

      test('a client of somebody else gets none, as it would see the password (RFC 9700 section 2.4)', async () => {
        await auth.setClient(eggApp, { first_party: false })
        const { status, body } = await token({ grant_type: 'password', username: alice.username, password: alice.password })
        await auth.setClient(eggApp, { first_party: true })
        expect([status, body.error]).toEqual([400, 'unauthorized_client'])
      })

      test('refresh_token: a new pair for the old one, which is used up', async () => {
        const { refreshToken } = await tokens()
        const { status, body } = await token({ grant_type: 'refresh_token', refresh_token: refreshToken })
        expect([status, body.refreshToken === refreshToken]).toEqual([200, false])
        expect(await authenticate(body.accessToken)).toMatchObject({ status: 200 })
      })

      test('client_credentials, as the note adds it: the service account that getUserFromClient finds is the client itself', async () => {
        const { status, body } = await token({ grant_type: 'client_credentials' })
        expect([status, body.client, body.user, body.refreshToken]).toEqual([200, client_id, client_id, undefined])
        expect(await authenticate(body.accessToken)).toMatchObject({ status: 200, body: { msg: 'successed!' } })
      })
    })

    test('findByName: of a person only id and name are shown, never the password, and to nobody without a token', async () => {
      expect((await auth.get('/users')).status).toBe(401)
      const { accessToken } = await tokens()
      const { body } = await auth.get('/users', { authorization: `Bearer ${accessToken}` })
      expect(body.map((person: object) => Object.keys(person).sort())).toEqual([['id', 'name']])
    })
  })
}

noteOn('SQLite', () => 'sqlite::memory:')
onMongo('note 004', (freshUrl) => noteOn('MongoDB', freshUrl))
