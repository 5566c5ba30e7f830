import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { planDocument } from '@menshen/auth/admin/apply'
import { openAdmin } from '@menshen/auth/admin/open'
import { loadAuthConfig } from '@menshen/auth/config'
import { onMongo } from '@menshen/shared/testing/databases'
import { register } from '../../services/auth/test/support/authorize.ts'
import { exampleApp, wechatApp } from '../../services/auth/test/support/dialect-apps.ts'
import { alice, bookshop, kiosk, reportJob, type TestClient } from '../../services/auth/test/support/people.ts'
import { type Answer, secretsKey, startAuth, type TestAuth } from '../../services/auth/test/support/start-auth.ts'
import { agree, asking, codeAt, form, send, written } from '../support/note.ts'

const callback = 'https://client.example.com/cb'
/** The note's second app: it registered two addresses, so it must say which. */
const twoAddresses: TestClient = {
  ...exampleApp,
  client_id: 'two',
  redirect_uris: [callback, 'https://client.example.com/other'],
}
/** One that runs in a page, and registered for 简化模式. */
const page: TestClient = {
  ...bookshop,
  client_id: 'page',
  token_endpoint_auth_method: 'none',
  secretHashes: [],
  redirect_uris: [callback],
  grant_types: ['implicit'],
  response_types: ['token'],
}

/** GET /authorize, as the note prints it: with its line break, and with its misprint before Host. */
const authorizeRequest = `
GET /authorize?response_type=code&client_id=s6BhdRkqt3&state=xyz
        &redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb HTTP/1.1
HTTP/1.1 Host: server.example.com`

const tokenRequest = `
POST /token HTTP/1.1
Host: server.example.com
Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA
&redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb`

const refreshRequest = `
POST /token HTTP/1.1
Host: server.example.com
Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA`

const qrconnect =
  'https://open.weixin.qq.com/connect/qrconnect?appid=APPID&redirect_uri=REDIRECT_URI&response_type=code&scope=SCOPE&state=STATE#wechat_redirect'
const wechatTokenRequest =
  'https://api.weixin.qq.com/sns/oauth2/access_token?appid=APPID&secret=SECRET&code=CODE&grant_type=authorization_code'

const { headers: basic } = written(tokenRequest)
const example = { response_type: 'code', client_id: 's6BhdRkqt3', state: 'xyz', redirect_uri: callback }

function noteOn(driver: string, freshUrl: () => string): void {
  describe(`note 001 on ${driver}`, () => {
    let auth: TestAuth
    beforeAll(async () => {
      auth = await startAuth({ databaseUrl: freshUrl(), env: { COMPAT: 'authserver,wechat,implicit' } })
      await register(auth, exampleApp, twoAddresses, page, wechatApp)
    })
    afterAll(() => auth.stop())

    const authorize = (more: Record<string, string | undefined> = {}) =>
      auth.get(asking('/authorize', { ...example, ...more }).path, { accept: 'text/html' })
    const code = () => codeAt(auth, asking('/authorize', example), exampleApp)
    const token = (params: Record<string, string | undefined>) => auth.post('/token', form(params), basic)
    const redeem = (SplxlOBeZQQYbYS6WxSbIA: string) => send(auth, written(tokenRequest, { SplxlOBeZQQYbYS6WxSbIA }))
    const refresh = (tGzv3JOkF0XG5Qx2TlKWIA: string) => send(auth, written(refreshRequest, { tGzv3JOkF0XG5Qx2TlKWIA }))

    const errorAt = ({ headers }: Answer) => {
      const { searchParams } = new URL(headers.get('location') ?? '')
      return [searchParams.get('error'), searchParams.get('state')]
    }
    const expectPage = ({ status, headers }: Answer) => expect([status, headers.get('location')]).toEqual([400, null])
    const expectError = ({ status, body }: Answer, error: string) => expect([status, body.error]).toEqual([400, error])

    describe('4.3.1, the request for a code', () => {
      test('the example, as it stands, leads to a sign-in, a consent, and back to the app', async () => {
        const { origin, pathname, searchParams } = await agree(auth, written(authorizeRequest), exampleApp)
        expect(origin + pathname).toBe(callback)
        expect(searchParams.get('code')).toMatch(/^[\w-]{22,}$/)
      })

      test('response_type is required: without it the app is told so', async () => {
        expect(errorAt(await authorize({ response_type: undefined }))).toEqual(['invalid_request', 'xyz'])
      })

      test('response_type is code: another value is not supported', async () => {
        expect(errorAt(await authorize({ response_type: 'authorization_code' }))).toEqual(['unsupported_response_type', 'xyz'])
      })

      test('client_id is required: without it, or with an unknown one, a page says so and nobody is redirected', async () => {
        expectPage(await authorize({ client_id: undefined }))
        expectPage(await authorize({ client_id: 'APPID' }))
      })

      test('redirect_uri is optional: an app that registered one address is sent there', async () => {
        const { href } = await agree(auth, asking('/authorize', { ...example, redirect_uri: undefined }), exampleApp)
        expect(href.startsWith(`${callback}?code=`)).toBe(true)
      })

      test('redirect_uri is not optional for an app with two addresses: which one is never guessed (RFC 6749 section 3.1.2.3)', async () => {
        expectPage(await authorize({ client_id: twoAddresses.client_id, redirect_uri: undefined }))
      })

      test('redirect_uri is one that the app registered: another one gets a page, never a redirect', async () => {
        for (const redirect_uri of [
          'https://evil.example/cb',
          `${callback}/more`,
          `${callback}?more`,
          'https://client.example.com',
        ])
          expectPage(await authorize({ redirect_uri }))
      })

      test('scope is optional: without it the app gets what it registered, with it no more than it asks for', async () => {
        expect((await redeem(await code())).body.scope).toBe('profile user:read learning:read')
        const asked = asking('/authorize', { ...example, scope: 'profile' })
        expect((await redeem(await codeAt(auth, asked, exampleApp))).body.scope).toBe('profile')
      })

      test.each(['xyz', 'a b+c&d=e#f%20g', '中文 "quoted" <tags>', 'x'.repeat(1000)])(
        'state may be any value and comes back as it was: %s',
        async (state) => {
          const answer = await agree(auth, asking('/authorize', { ...example, state }), exampleApp)
          expect(answer.searchParams.get('state')).toBe(state)
        },
      )
    })

    describe('4.3.2, the answer with the code', () => {
      test('it is a redirect with code and state, by 303, where the note has 302: no browser sends a form again (RFC 9700 section 4.12)', async () => {
        const answer = await agree(auth, written(authorizeRequest), exampleApp)
        expect([...answer.searchParams.keys()]).toEqual(['code', 'state', 'iss'])
        expect(answer.searchParams.get('state')).toBe('xyz')
      })

      test('state is in the answer only when it was in the request', async () => {
        const answer = await agree(auth, asking('/authorize', { ...example, state: undefined }), exampleApp)
        expect(answer.searchParams.has('state')).toBe(false)
      })

      test('the code lives ten minutes', async () => {
        const [early, late] = [await code(), await code()]
        auth.clock.advance(590_000)
        expect(await redeem(early)).toMatchObject({ status: 200 })
        auth.clock.advance(10_000)
        expectError(await redeem(late), 'invalid_grant')
      })

      test('the code works once; a second use is refused and ends what the first gave (RFC 6749 section 4.1.2)', async () => {
        const used = await code()
        const { body } = await redeem(used)
        expectError(await redeem(used), 'invalid_grant')
        expectError(await refresh(body.refresh_token), 'invalid_grant')
      })

      test('the code belongs to the client it was given to', async () => {
        const another = await codeAt(auth, asking('/authorize', { ...example, client_id: 'two' }), twoAddresses)
        expectError(await redeem(another), 'invalid_grant')
      })

      test('the code belongs to the redirect_uri it was sent to', async () => {
        const sent = await code()
        expectError(
          await token({ grant_type: 'authorization_code', code: sent, redirect_uri: 'https://client.example.com/other' }),
          'invalid_grant',
        )
        expect(await redeem(sent)).toMatchObject({ status: 200 })
      })
    })

    describe('4.3.3, the request for tokens', () => {
      test("the example, as it stands, with RFC 6749's own client in its Basic header", async () => {
        expect(Buffer.from(basic['authorization']?.split(' ')[1] ?? '', 'base64').toString()).toBe('s6BhdRkqt3:gX1fBat3bV')
        expect(await redeem(await code())).toMatchObject({ status: 200 })
      })

      test('so short a secret is for apps that speak a dialect; any other has 32 characters or more', async () => {
        const admin = await openAdmin(loadAuthConfig({ DATABASE_URL: freshUrl(), SECRETS_KEY: secretsKey }))
        const { client_id, redirect_uris } = exampleApp
        const register = (more: object) =>
          planDocument({ clients: [{ client_id, client_secret: 'gX1fBat3bV', redirect_uris, scope: 'openid', ...more }] }, admin)
        expect(await register({ dialect: 'authserver' })).toMatchObject([{ action: 'created' }])
        await expect(register({})).rejects.toThrow(/client_secret must be 32 to 256/)
        await expect(register({ dialect: 'authserver', client_secret: 'gX1fBat' })).rejects.toThrow(
          /client_secret must be 8 to 256/,
        )
        await admin.close()
      })

      test('grant_type is required', async () => {
        expectError(await token({ code: await code(), redirect_uri: callback }), 'invalid_request')
      })

      test('grant_type is authorization_code: another value is not supported', async () => {
        expectError(await token({ grant_type: 'code', code: await code(), redirect_uri: callback }), 'unsupported_grant_type')
      })

      test('code is required', async () => {
        expectError(await token({ grant_type: 'authorization_code', redirect_uri: callback }), 'invalid_request')
      })

      test('redirect_uri is required when step A had it, and the same: nothing is used up when it is not', async () => {
        const sent = await code()
        for (const redirect_uri of [undefined, `${callback}/`, 'HTTPS://client.example.com/cb'])
          expectError(await token({ grant_type: 'authorization_code', code: sent, redirect_uri }), 'invalid_grant')
        expect(await redeem(sent)).toMatchObject({ status: 200 })
      })

      test('redirect_uri is left out when step A left it out, where the note says always (RFC 6749 section 4.1.3)', async () => {
        const asked = asking('/authorize', { ...example, redirect_uri: undefined })
        const sent = await codeAt(auth, asked, exampleApp)
        expect(await token({ grant_type: 'authorization_code', code: sent })).toMatchObject({ status: 200 })
      })

      test('client_id is required: the Basic header has it, the form may repeat it, and a different one is refused', async () => {
        const ask = async (client_id?: string) =>
          token({ grant_type: 'authorization_code', code: await code(), redirect_uri: callback, client_id })
        expect(await ask('s6BhdRkqt3')).toMatchObject({ status: 200 })
        expectError(await ask('two'), 'invalid_request')
        const anonymous = { ...written(tokenRequest, { SplxlOBeZQQYbYS6WxSbIA: await code() }), headers: {} }
        expect(await send(auth, anonymous)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
      })
    })

    describe('4.3.4, the answer with the tokens', () => {
      let answer: Answer
      beforeAll(async () => {
        answer = await redeem(await code())
      })

      test('access_token is there', () => {
        expect(answer.body.access_token).toEqual(expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/))
      })

      test('token_type is there, and is bearer in whatever case; nobody gives mac', () => {
        expect(answer.body.token_type.toLowerCase()).toBe('bearer')
      })

      test('expires_in is there, in seconds', () => {
        expect(answer.body.expires_in).toBe(7200)
      })

      test('refresh_token is there when the app registered for it, and else is not', async () => {
        expect(answer.body.refresh_token).toEqual(expect.stringMatching(/^\S{22,}$/))
        await auth.setClient(exampleApp, { grant_types: ['authorization_code'] })
        expect(Object.keys((await redeem(await code())).body)).not.toContain('refresh_token')
        await auth.setClient(exampleApp, { grant_types: exampleApp.grant_types })
      })

      test('scope is there, also when it is what was asked for', () => {
        expect(answer.body.scope).toBe('profile user:read learning:read')
      })

      test('it is 200, JSON, and forbids to keep it: Cache-Control: no-store, Pragma: no-cache', () => {
        const told = (name: string) => answer.headers.get(name)
        expect([answer.status, told('cache-control'), told('pragma')]).toEqual([200, 'no-store', 'no-cache'])
        expect(told('content-type')).toMatch(/^application\/json; ?charset=utf-8$/i)
      })
    })

    describe('4.4, the refresh', () => {
      const first = async () => (await redeem(await code())).body

      test('the example, as it stands, gives new tokens', async () => {
        const before = await first()
        const { status, body } = await refresh(before.refresh_token)
        expect([status, body.token_type, body.expires_in]).toEqual([200, 'Bearer', 7200])
        expect([body.access_token, body.refresh_token]).not.toEqual([before.access_token, before.refresh_token])
      })

      test('grant_type is refresh_token, and required: without its underscore, as the note prints it, nobody knows it', async () => {
        const { refresh_token } = await first()
        expectError(await token({ refresh_token }), 'invalid_request')
        expectError(await token({ granttype: 'refreshtoken', refresh_token }), 'invalid_request')
        expectError(await token({ grant_type: 'refreshtoken', refresh_token }), 'unsupported_grant_type')
      })

      test('refresh_token is required', async () => {
        expectError(await token({ grant_type: 'refresh_token' }), 'invalid_request')
      })

      test('scope is never wider than what was granted; nothing is used up by asking', async () => {
        const { refresh_token } = (
          await redeem(await codeAt(auth, asking('/authorize', { ...example, scope: 'profile' }), exampleApp))
        ).body
        expectError(await token({ grant_type: 'refresh_token', refresh_token, scope: 'profile user:read' }), 'invalid_scope')
        expect(await refresh(refresh_token)).toMatchObject({ status: 200, body: { scope: 'profile' } })
      })

      test('scope may be narrower, and left out is as it was', async () => {
        const { refresh_token } = await first()
        const narrower = await token({ grant_type: 'refresh_token', refresh_token, scope: 'profile' })
        expect(narrower.body.scope).toBe('profile')
        expect((await refresh(narrower.body.refresh_token)).body.scope).toBe('profile user:read learning:read')
      })
    })

    describe('beside it, the login of WeChat', () => {
      const { client_id: APPID, secret: SECRET = '', redirect_uris } = wechatApp
      const [REDIRECT_URI = ''] = redirect_uris
      const opened = (more: Record<string, string> = {}) =>
        written(qrconnect, { APPID, REDIRECT_URI, SCOPE: 'snsapi_login', STATE: 'a random value', ...more })
      const trade = (more: Record<string, string>) => send(auth, written(wechatTokenRequest, { APPID, SECRET, ...more }))
      const tokens = async () => (await trade({ CODE: await codeAt(auth, opened(), wechatApp) })).body
      const failed = ({ status, body }: Answer) => [status, body.errcode, Object.keys(body)]
      const expectFailure = (answer: Answer, errcode: number) =>
        expect(failed(answer)).toEqual([200, errcode, ['errcode', 'errmsg']])

      test('the address for the code, as it stands, leads to a sign-in and back, with code and state and nothing else', async () => {
        const answer = await agree(auth, opened(), wechatApp)
        expect(answer.origin + answer.pathname).toBe(REDIRECT_URI)
        expect([...answer.searchParams.keys()]).toEqual(['code', 'state'])
        expect(answer.searchParams.get('state')).toBe('a random value')
      })

      test('#wechat_redirect never reaches a server, so nothing depends on it (RFC 9110 section 4.2.5)', () => {
        expect(qrconnect).toContain('#wechat_redirect')
        expect(opened().path).not.toContain('wechat_redirect')
      })

      test('appid and redirect_uri are those that were registered: else a page, and no redirect', async () => {
        for (const wrong of [{ APPID: 'APPID' }, { REDIRECT_URI: 'https://evil.example/' }, { APPID: 's6BhdRkqt3' }])
          expectPage(await send(auth, opened(wrong)))
      })

      test('the address for the tokens, as it stands, gives the members of the sample, and no others', async () => {
        const { status, body, headers } = await trade({ CODE: await codeAt(auth, opened(), wechatApp) })
        const members = ['access_token', 'expires_in', 'refresh_token', 'openid', 'scope', 'unionid']
        expect([status, Object.keys(body)]).toEqual([200, members])
        expect([body.expires_in, body.scope]).toEqual([7200, 'snsapi_login'])
        expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache'])
      })

      test('appid, secret, code and grant_type are each needed, and right; the errcode tells which is not', async () => {
        const CODE = await codeAt(auth, opened(), wechatApp)
        expectFailure(await trade({ CODE, APPID: 'unknown' }), 40013)
        expectFailure(await trade({ CODE, APPID: '' }), 41002)
        expectFailure(await trade({ CODE, SECRET: 'wrong' }), 40125)
        expectFailure(await trade({ CODE, SECRET: '' }), 41004)
        expectFailure(await trade({ CODE: 'unknown' }), 40029)
        expectFailure(await trade({ CODE: '' }), 41008)
        expectFailure(await trade({ CODE, authorization_code: 'refresh_token' }), 40002)
        expect((await trade({ CODE })).body).toMatchObject({ expires_in: 7200 })
      })

      test('the code works once, and for ten minutes', async () => {
        const [CODE, late] = [await codeAt(auth, opened(), wechatApp), await codeAt(auth, opened(), wechatApp)]
        await trade({ CODE })
        expectFailure(await trade({ CODE }), 40163)
        auth.clock.advance(600_000)
        expectFailure(await trade({ CODE: late }), 40029)
      })

      test('code -> token -> id -> infor: the token and the openid open the profile', async () => {
        const { access_token, openid, unionid } = await tokens()
        const { path } = asking('/sns/userinfo', { access_token, openid })
        expect((await auth.get(path)).body).toMatchObject({ openid, unionid, nickname: 'Alice Liu' })
        expectFailure(await auth.get(asking('/sns/userinfo', { access_token, openid: unionid }).path), 40003)
      })

      test('openid is another for each app, unionid the same for all of one owner', async () => {
        const sister: TestClient = { ...wechatApp, client_id: 'wxsister' }
        const stranger: TestClient = { ...wechatApp, client_id: 'wxstranger', owner: 'another' }
        await register(auth, sister, stranger)
        const idsOf = async (app: TestClient) => {
          const CODE = await codeAt(auth, opened({ APPID: app.client_id }), app)
          const { openid, unionid } = (await trade({ APPID: app.client_id, CODE })).body
          return { openid, unionid }
        }
        const [own, ofSister, ofStranger] = [await idsOf(wechatApp), await idsOf(sister), await idsOf(stranger)]
        expect(ofSister.unionid).toBe(own.unionid)
        expect(new Set([own.openid, ofSister.openid, ofStranger.openid, own.unionid, ofStranger.unionid]).size).toBe(5)
      })
    })

    describe('the four ways of the note', () => {
      test('the code flow (授权码模式): the same requests serve a core client at /authorize and /token', async () => {
        const { searchParams } = await agree(
          auth,
          asking('/authorize', { ...example, client_id: bookshop.client_id, redirect_uri: bookshop.redirect_uris[0] }),
          bookshop,
        )
        const params = {
          grant_type: 'authorization_code',
          code: searchParams.get('code') ?? '',
          redirect_uri: bookshop.redirect_uris[0] ?? '',
        }
        expect(await auth.asClient(bookshop, '/token', params)).toMatchObject({ status: 200, body: { expires_in: 600 } })
      })

      test('the implicit grant (简化模式): a token in an address is for apps that registered for it; others are told of the code flow with PKCE', async () => {
        const refused = await authorize({ response_type: 'token' })
        const { hash } = new URL(refused.headers.get('location') ?? '')
        expect(new URLSearchParams(hash.slice(1)).get('error_description')).toMatch(/code flow with PKCE/)

        const answer = await agree(auth, asking('/authorize', { ...example, client_id: 'page', response_type: 'token' }), page)
        const { access_token, token_type, state, refresh_token } = Object.fromEntries(new URLSearchParams(answer.hash.slice(1)))
        expect([access_token?.split('.').length, token_type, state, refresh_token]).toEqual([3, 'Bearer', 'xyz', undefined])
      })

      test('the password grant (密码模式): for our own apps alone, as a third party would see the password', async () => {
        expect(await auth.passwordGrant(alice)).toMatchObject({ status: 200 })
        expect(await auth.passwordGrant(alice, {}, kiosk)).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } })
      })

      test('client credentials (客户端模式): an app acts for itself, and there is nothing to refresh', async () => {
        const { status, body } = await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'learning:read' })
        expect([status, body.refresh_token]).toEqual([200, undefined])
      })
    })
  })
}

noteOn('SQLite', () => 'sqlite::memory:')
onMongo('note 001', (freshUrl) => noteOn('MongoDB', freshUrl))
