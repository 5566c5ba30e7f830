import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { register } from '../../services/auth/test/support/authorize.ts'
import { authserverApp } from '../../services/auth/test/support/dialect-apps.ts'
import { userApi } from '../../services/auth/test/support/people.ts'
import { type Answer, startAuth, type TestAuth } from '../../services/auth/test/support/start-auth.ts'
import { agree, agreeInDemo, ask, asking, codeAt, send, written } from '../support/note.ts'
import { startTestSuite } from '../support/suite.ts'

const { client_id, secret = '' } = authserverApp
const callback = 'http://localhost:8051/test'

const registration =
  'http://localhost:8060/client/add?clientName=应用名称&redirectUrl=http://localhost:8051/test&description=应用描述'
const authorizeRequest =
  'https://localhost:8060/authorize?client_id=dfd6e6c0-4856-4525-8fed-68e450828665&response_type=code&redirect_uri=http://localhost:8051/test'
/** What the note's StringBuffer puts together. */
const sentByJava = (radnom: number) =>
  'http://localhost:8060/oauth2/authorize?' +
  'client_id=dfd6e6c0-4856-4525-8fed-68e450828665' +
  '&response_type=code' +
  '&redirect_uri=http://localhost:8051/test' +
  '&scope=snsapi_login' +
  '&state=' +
  radnom
/** With the parameter that lost its name. */
const tokenRequest =
  'https://localhost:8060/oauth2/access_token?client_id=YOUR_CLIENT_ID&client_secret=YOUR_CLIENT_SECRET&grant_type=authorization_code&=YOUR_REGISTERED_REDIRECT_URI&code=CODE'
const refreshRequest =
  'http://localhost:8060/oauth2/refresh_token?client_id=dfd6e6c0-4856-4525-8fed-68e450828665&grant_type=refresh_token&refresh_token=4b7be8d3a378884c3cfe6665f6008f35'

const example = { client_id, response_type: 'code', redirect_uri: callback, scope: 'snsapi_login', state: '4711' }
/** The members of the note's answers, in their order. */
const members = ['access_token', 'refresh_token', 'openid', 'scope', 'expires_in']

function noteOn(driver: string, freshUrl: () => string): void {
  describe(`note 003 on ${driver}`, () => {
    let auth: TestAuth
    beforeAll(async () => {
      auth = await startAuth({ databaseUrl: freshUrl(), env: { COMPAT: 'authserver' } })
      await register(auth, authserverApp)
    })
    afterAll(() => auth.stop())

    const code = (more: Record<string, string | undefined> = {}) =>
      codeAt(auth, asking('/authorize', { ...example, ...more }), authserverApp)
    const redeem = async (CODE: string, values: Record<string, string> = {}) => {
      const filled = { YOUR_CLIENT_ID: client_id, YOUR_CLIENT_SECRET: secret, YOUR_REGISTERED_REDIRECT_URI: callback, CODE }
      return send(auth, written(tokenRequest, { ...filled, ...values }))
    }
    const tokens = async () => (await redeem(await code())).body
    const trade = async (more: Record<string, string | undefined>) => {
      const asked = { client_id, client_secret: secret, grant_type: 'authorization_code', redirect_uri: callback }
      return auth.get(asking('/oauth2/access_token', { ...asked, code: await code(), ...more }).path)
    }
    const refresh = (token: string) =>
      send(auth, { ...written(refreshRequest, { '4b7be8d3a378884c3cfe6665f6008f35': token }), method: 'POST' })
    const renew = (more: Record<string, string | undefined>) =>
      auth.post(asking('/oauth2/refresh_token', { client_id, grant_type: 'refresh_token', ...more }).path, {})

    const expectEnvelope = ({ status, body }: Answer, expectedStatus: number, errcode: number) =>
      expect([status, body]).toEqual([expectedStatus, { result: false, errcode, msg: expect.any(String), data: null }])
    const authorize = (more: Record<string, string | undefined>) => auth.get(asking('/authorize', { ...example, ...more }).path)
    const expectPage = ({ status, headers }: Answer) => expect([status, headers.get('location')]).toEqual([400, null])
    const errorAt = ({ headers }: Answer) => new URL(headers.get('location') ?? '').searchParams.get('error')

    describe('1, the way to the authorization', () => {
      test('the address, as it stands, leads to a sign-in and back to the app; without scope it gets what it registered', async () => {
        const answer = await agree(auth, written(authorizeRequest), authserverApp)
        expect(answer.href.startsWith(`${callback}?code=`)).toBe(true)
        expect((await redeem(answer.searchParams.get('code') ?? '')).body.scope).toBe('user_info')
      })

      test('the Java example, as it stands, gets its state back', async () => {
        const answer = await agree(auth, written(sentByJava(4711)), authserverApp)
        expect(answer.searchParams.get('state')).toBe('4711')
        expect(answer.searchParams.get('code')).toMatch(/^[\w-]{22,}$/)
      })

      test('client_id is required, and one that is known', async () => {
        expectPage(await authorize({ client_id: undefined }))
        expectPage(await authorize({ client_id: '00000000-0000-4000-8000-000000000000' }))
      })

      test('redirect_uri, url-encoded or not, is the one that was registered; left out it is that one, too', async () => {
        for (const written of ['http://localhost:8051/test', 'http%3A%2F%2Flocalhost%3A8051%2Ftest'])
          expect((await auth.get(`/authorize?client_id=${client_id}&response_type=code&redirect_uri=${written}`)).status).toBe(
            303,
          )
        expect((await authorize({ redirect_uri: undefined })).status).toBe(303)
        expectPage(await authorize({ redirect_uri: 'http://localhost:8051/test/' }))
      })

      test('response_type is required and is code', async () => {
        expect(errorAt(await authorize({ response_type: undefined }))).toBe('invalid_request')
        expect(errorAt(await authorize({ response_type: 'authorization_code' }))).toBe('unsupported_response_type')
      })

      test('scope: several are separated by commas, and those that are not registered are left out', async () => {
        const { body } = await redeem(await code({ scope: 'snsapi_login,user_info,learning:read' }))
        expect(body.scope).toBe('user_info')
        expect(errorAt(await authorize({ scope: 'learning:read' }))).toBe('invalid_scope')
      })

      test.each(['4711', 'a,b c&d=e', '随机数'])('state is optional and comes back as it was: %s', async (state) => {
        const answer = await agree(auth, asking('/oauth2/authorize', { ...example, state }), authserverApp)
        expect(answer.searchParams.get('state')).toBe(state)
        const without = await agree(auth, asking('/oauth2/authorize', { ...example, state: undefined }), authserverApp)
        expect(without.searchParams.has('state')).toBe(false)
      })
    })

    describe('3, the tokens', () => {
      test('the request, as it stands, by GET, its redirect_uri without a name: the answer of the note', async () => {
        const { status, headers, body } = await redeem(await code())
        expect([status, Object.keys(body)]).toEqual([200, members])
        expect(body).toMatchObject({ scope: 'user_info', expires_in: 7200 })
        expect(headers.get('content-type')).toMatch(/^application\/json/)
        expect(['cache-control', 'pragma', 'referrer-policy'].map((name) => headers.get(name))).toEqual([
          'no-store',
          'no-cache',
          'no-referrer',
        ])
      })

      test('the same by POST, in the query or in the form', async () => {
        const form = { client_id, client_secret: secret, grant_type: 'authorization_code', redirect_uri: callback }
        expect(await auth.post('/oauth2/access_token', { ...form, code: await code() })).toMatchObject({ status: 200 })
        const { path } = asking('/oauth2/access_token', { ...form, code: await code() })
        expect(await auth.post(path, '')).toMatchObject({ status: 200 })
      })

      test('client_id is required, and one that is known', async () => {
        expectEnvelope(await trade({ client_id: undefined }), 400, 4000)
        expectEnvelope(await trade({ client_id: 'unknown' }), 401, 4001)
      })

      test('client_secret is required, and the right one', async () => {
        expectEnvelope(await trade({ client_secret: undefined }), 401, 4001)
        expectEnvelope(await trade({ client_secret: `${secret}x` }), 401, 4001)
      })

      test('response_type, as the table calls it, or grant_type, as the request does, is authorization_code', async () => {
        expect(await trade({ grant_type: undefined, response_type: 'authorization_code' })).toMatchObject({ status: 200 })
        expectEnvelope(await trade({ grant_type: undefined }), 400, 4000)
        expectEnvelope(await trade({ grant_type: 'code' }), 400, 4004)
        expectEnvelope(await trade({ grant_type: 'password' }), 400, 4003)
      })

      test('code is required, works once, and for ten minutes', async () => {
        expectEnvelope(await trade({ code: undefined }), 400, 4000)
        expectEnvelope(await trade({ code: 'unknown' }), 400, 4002)
        const [used, late] = [await code(), await code()]
        expect(await redeem(used)).toMatchObject({ status: 200 })
        expectEnvelope(await redeem(used), 400, 4002)
        auth.clock.advance(600_000)
        expectEnvelope(await redeem(late), 400, 4002)
      })

      test('redirect_uri is required, and the same address, not only of the same origin', async () => {
        expectEnvelope(await trade({ redirect_uri: undefined }), 400, 4002)
        expectEnvelope(await trade({ redirect_uri: 'http://localhost:8051/other' }), 400, 4002)
      })

      test('access_token is what an API takes: signed, for it alone, of the person who agreed', async () => {
        const { access_token } = await tokens()
        const keys = createLocalJWKSet((await auth.get('/oauth2/jwks')).body)
        const { payload } = await jwtVerify(access_token, keys, {
          audience: userApi.resource,
          currentDate: new Date(auth.clock.now()),
        })
        expect(payload).toMatchObject({ iss: auth.url, client_id, sub: 'sub-alice', scope: 'profile user:read' })
      })

      test('expires_in is 7200 seconds', async () => {
        expect((await tokens()).expires_in).toBe(7200)
      })

      test('openid is the person as this app knows them: always the same, never the account', async () => {
        const [first, second] = [await tokens(), await tokens()]
        expect(first.openid).toBe(second.openid)
        expect(first.openid).not.toContain('alice')
      })
    })

    describe('4, the refresh', () => {
      test('the request, as it stands, by POST and without secret: the answer of the note, with a new refresh token', async () => {
        const before = await tokens()
        const { status, headers, body } = await refresh(before.refresh_token)
        expect([status, Object.keys(body)]).toEqual([200, members])
        expect(body).toMatchObject({ openid: before.openid, scope: 'user_info', expires_in: 7200 })
        expect(body.refresh_token).not.toBe(before.refresh_token)
        expect(headers.get('cache-control')).toBe('no-store')
      })

      test('it is a POST: a GET is refused, and uses nothing up', async () => {
        const { refresh_token } = await tokens()
        const { path } = written(refreshRequest, { '4b7be8d3a378884c3cfe6665f6008f35': refresh_token })
        expect((await auth.get(path)).status).toBe(405)
        expect(await refresh(refresh_token)).toMatchObject({ status: 200 })
      })

      test('a secret that comes nevertheless is the right one', async () => {
        const { refresh_token } = await tokens()
        expectEnvelope(await renew({ refresh_token, client_secret: 'wrong' }), 401, 4001)
        expect(await renew({ refresh_token, client_secret: secret })).toMatchObject({ status: 200 })
      })

      test('client_id is required, and the one that the token was given to', async () => {
        const { refresh_token } = await tokens()
        expectEnvelope(await renew({ refresh_token, client_id: undefined }), 401, 4001)
        expectEnvelope(await renew({ refresh_token, client_id: 'unknown' }), 401, 4001)
      })

      test('grant_type is required and is refresh_token', async () => {
        const { refresh_token } = await tokens()
        expectEnvelope(await renew({ refresh_token, grant_type: undefined }), 400, 4000)
        expectEnvelope(await renew({ refresh_token, grant_type: 'authorization_code' }), 400, 4004)
      })

      test('refresh_token is required, works once, and a second use ends all that followed', async () => {
        expectEnvelope(await renew({}), 400, 4000)
        expectEnvelope(await renew({ refresh_token: '4b7be8d3a378884c3cfe6665f6008f35' }), 400, 4002)
        const { refresh_token } = await tokens()
        const { body } = await refresh(refresh_token)
        auth.clock.advance(60_000)
        expectEnvelope(await refresh(refresh_token), 400, 4002)
        expectEnvelope(await refresh(body.refresh_token), 400, 4002)
      })
    })
  })
}

/** The whole note, one request after the other, by the app that the first of them registers. */
function wholeNoteOn(driver: string, freshUrl: () => string): void {
  describe(`note 003 from its beginning to its end on ${driver}`, () => {
    let suite: Awaited<ReturnType<typeof startTestSuite>>
    beforeAll(async () => {
      suite = await startTestSuite(freshUrl())
    }, 60_000)
    afterAll(() => suite.stop())

    const at = (text: string, values: Record<string, string> = {}) => suite.addresses.issuer + written(text, values).path
    const register = () => ask(at(registration))

    test('an app is registered by the address as it stands, its Chinese in UTF-8 (RFC 3986 section 2.5), where the demo lets anybody', async () => {
      const { status, body } = await register()
      const { clientId, clientSecret, ...told } = body.data
      expect([status, { ...body, data: told }]).toEqual([
        200,
        {
          result: true,
          errcode: 2000,
          msg: '操作成功',
          data: { clientName: '应用名称', description: '应用描述', redirectUrl: callback },
        },
      ])
      for (const id of [clientId, clientSecret]) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      expect(Object.keys(body.data).sort()).toEqual(['clientId', 'clientName', 'clientSecret', 'description', 'redirectUrl'])
    })

    test('it signs somebody in, gets its tokens, refreshes them, and calls an API with them', async () => {
      const { clientId, clientSecret } = (await register()).body.data
      const answer = await agreeInDemo(at(sentByJava(1234)).replace(client_id, clientId), callback)
      expect(answer.searchParams.get('state')).toBe('1234')

      const filled = { YOUR_CLIENT_ID: clientId, YOUR_CLIENT_SECRET: clientSecret, YOUR_REGISTERED_REDIRECT_URI: callback }
      const first = (await ask(at(tokenRequest, { ...filled, CODE: answer.searchParams.get('code') ?? '' }))).body
      const refreshed = at(refreshRequest, { [client_id]: clientId, '4b7be8d3a378884c3cfe6665f6008f35': first.refresh_token })
      const { access_token, openid } = (await ask(refreshed, { method: 'POST' })).body
      expect(openid).toBe(first.openid)

      const me = await ask(`${suite.addresses.userApi}/users/me`, { headers: { authorization: `Bearer ${access_token}` } })
      expect(me).toMatchObject({ status: 200, body: { given_name: 'Alice' } })
    })

    test('where not everybody may, the same address wants an initial access token, and says so in the envelope', async () => {
      const closed = await startAuth({ env: { COMPAT: 'authserver' } })
      const { status, body } = await closed.get(written(registration).path)
      expect([status, body]).toEqual([401, { result: false, errcode: 4006, msg: expect.any(String), data: null }])
      await closed.stop()
    })
  })
}

noteOn('SQLite', () => 'sqlite::memory:')
onMongo('note 003', (freshUrl) => noteOn('MongoDB', freshUrl))
wholeNoteOn('SQLite', () => testSqliteUrl().replace('/test.db', ''))
onMongo('the whole of note 003', (freshUrl) => wholeNoteOn('MongoDB', freshUrl))
