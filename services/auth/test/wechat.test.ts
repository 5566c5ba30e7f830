import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { onMongo, testDatabaseUrl } from '@menshen/shared/testing/databases'
import { errcodes } from '../src/compat/wechat/errcodes.ts'
import { sha256 } from '../src/core/secrets.ts'
import { clients } from '../src/stores/clients.ts'
import { alice, bookshop, library, type TestClient } from './support/people.ts'
import { challengeFor, startAuth, type TestAuth } from './support/start-auth.ts'
import { aliceInFull } from './support/story.ts'

const secret = '3e2fa5ce1990693588816ff28e259ae0'
const forum: TestClient = {
  ...library,
  client_id: 'wxbdc5610cc59c1631',
  client_name: '论坛',
  client_uri: 'https://app.example/',
  scope: 'openid profile address learning:read',
  dialect: 'wechat',
  owner: 'Forum Ltd.',
  secret,
  secretHashes: [sha256(secret)],
}
const chat: TestClient = { ...forum, client_id: 'wx0000000000000002', client_name: '聊天' }
const stranger: TestClient = { ...forum, client_id: 'wx0000000000000003', client_name: '路人', owner: 'Somebody' }
const noRefresh: TestClient = { ...forum, client_id: 'wx0000000000000004', grant_types: ['authorization_code'] }
const callback = forum.redirect_uris[0] ?? ''

wechatOn('SQLite', testDatabaseUrl)
onMongo('WeChat login', (freshUrl) => wechatOn('MongoDB', freshUrl))

function wechatOn(name: string, freshUrl: () => string): void {
  describe(`WeChat login, on ${name},`, () => {
    let auth: TestAuth
    beforeAll(async () => {
      auth = await startAuth({ databaseUrl: freshUrl(), env: { COMPAT: 'wechat' } })
      await aliceInFull(auth)
      for (const { secret: _, ...client } of [forum, chat, stranger, noRefresh])
        await auth.database.collection(clients).insert(client)
    })
    afterAll(() => auth.stop())

    const connect = (client: TestClient, more: Record<string, string> = {}, path = '/connect/qrconnect') =>
      `${auth.url}${path}?${new URLSearchParams({
        appid: client.client_id,
        redirect_uri: client.redirect_uris[0] ?? '',
        response_type: 'code',
        scope: 'snsapi_login',
        state: 'xyz',
        ...more,
      })}`
    const codeFor = async (client = forum, more: Record<string, string> = {}, path?: string) => {
      const location = await auth.signInAt(`${connect(client, more, path)}#wechat_redirect`, alice, client, createBrowser())
      return new URL(location).searchParams.get('code') ?? ''
    }
    const asked = (path: string, params: Record<string, string>) => auth.get(`${path}?${new URLSearchParams(params)}`)
    const trade = (code: string, more: Record<string, string> = {}) =>
      asked('/sns/oauth2/access_token', { appid: forum.client_id, secret, code, grant_type: 'authorization_code', ...more })
    const refresh = (refresh_token: string, more: Record<string, string> = {}) =>
      asked('/sns/oauth2/refresh_token', { appid: forum.client_id, grant_type: 'refresh_token', refresh_token, ...more })
    const tokensFor = async (...asking: Parameters<typeof codeFor>) =>
      (await trade(await codeFor(...asking), { appid: (asking[0] ?? forum).client_id })).body
    const failure = (fault: keyof typeof errcodes) => {
      const [errcode, errmsg] = errcodes[fault]
      return [200, { errcode, errmsg }]
    }

    test('the browser comes back with code and state alone', async () => {
      const location = await auth.signInAt(connect(forum), alice, forum, createBrowser())
      expect([...new URL(location).searchParams.keys()]).toEqual(['code', 'state'])
      expect(location).toMatch(/^https:\/\/app\.example\/callback\?code=[^&]+&state=xyz$/)
    })

    test('a code gives what WeChat documents, never to be stored', async () => {
      const { status, headers, body } = await trade(await codeFor())
      expect([status, body]).toEqual([
        200,
        {
          access_token: expect.any(String),
          expires_in: 7200,
          refresh_token: expect.any(String),
          openid: auth.deps.subjectOf(forum, alice.sub),
          scope: 'snsapi_login',
          unionid: auth.deps.unionOf(forum, alice.sub),
        },
      ])
      const shown = ['content-type', 'cache-control', 'pragma', 'referrer-policy'].map((header) => headers.get(header))
      expect(shown).toEqual(['application/json; charset=utf-8', 'no-store', 'no-cache', 'no-referrer'])
    })

    test('openid is of one app, unionid of one owner', async () => {
      const [first, second, third] = [await tokensFor(forum), await tokensFor(chat), await tokensFor(stranger)]
      expect(new Set([alice.sub, first.openid, second.openid, third.openid]).size).toBe(4)
      expect(second.unionid).toBe(first.unionid)
      expect(third.unionid).not.toBe(first.unionid)
    })

    test('a redirect_uri need not come with the code; one that does must be its own', async () => {
      const code = await codeFor()
      expect((await trade(code, { redirect_uri: 'https://app.example/other' })).body.errcode).toBe(40029)
      expect((await trade(code, { redirect_uri: callback })).body.openid).toBeDefined()
    })

    test('a code gives nothing without the secret, and stays good', async () => {
      const code = await codeFor()
      expect((await trade(code, { secret: '' })).body).toEqual(failure('missingSecret')[1])
      expect((await trade(code, { secret: 'wrong' })).body).toEqual(failure('invalidSecret')[1])
      expect((await trade(code)).body.errcode).toBeUndefined()
    })

    test('the same may be sent as a form, and client_id beside appid says nothing', async () => {
      const form = { appid: forum.client_id, secret, client_id: 'bookshop', client_secret: 'x', grant_type: 'authorization_code' }
      const { status, body } = await auth.post('/sns/oauth2/access_token', { ...form, code: await codeFor() })
      expect([status, body.expires_in]).toEqual([200, 7200])
    })

    test('with PKCE a code needs its verifier', async () => {
      const verifier = 'v'.repeat(43)
      const code = await codeFor(forum, challengeFor(verifier))
      expect((await trade(code)).body.errcode).toBe(40029)
      expect((await trade(code, { code_verifier: verifier })).body.errcode).toBeUndefined()
    })

    test('who agreed is told as WeChat tells people, with what is not known left empty', async () => {
      const { access_token, openid, unionid } = await tokensFor(forum, { scope: 'snsapi_userinfo' }, '/connect/oauth2/authorize')
      const { status, body } = await asked('/sns/userinfo', { access_token, openid, lang: 'zh_CN' })
      const known = { openid, nickname: 'Ali', sex: 2, headimgurl: 'https://alice.example/me.jpg', privilege: [], unionid }
      expect([status, body]).toEqual([200, { ...known, province: '', city: '', country: '' }])
    })

    test('an address is told to whom it was granted', async () => {
      const { access_token, openid, scope } = await tokensFor(forum, { scope: 'snsapi_login,address' })
      expect(scope).toBe('snsapi_login,address')
      expect((await asked('/sns/userinfo', { access_token, openid })).body).toMatchObject({ city: 'Shanghai', country: 'CN' })
    })

    test('snsapi_base gives the openid and no more', async () => {
      const { access_token, openid, scope, unionid } = await tokensFor(
        forum,
        { scope: 'snsapi_base' },
        '/connect/oauth2/authorize',
      )
      expect([scope, unionid]).toEqual(['snsapi_base', undefined])
      const { status, body } = await asked('/sns/userinfo', { access_token, openid })
      expect([status, body]).toEqual(failure('unauthorized'))
      expect((await asked('/sns/auth', { access_token, openid })).body).toEqual({ errcode: 0, errmsg: 'ok' })
    })

    test('a refresh token works once and needs no secret; used again it ends all', async () => {
      const first = await tokensFor()
      const { status, body: second } = await refresh(first.refresh_token)
      expect([status, Object.keys(second)]).toEqual([200, ['access_token', 'expires_in', 'refresh_token', 'openid', 'scope']])
      expect([second.openid, second.scope]).toEqual([first.openid, 'snsapi_login'])
      expect(second.refresh_token).not.toBe(first.refresh_token)

      auth.clock.advance(31_000)
      const used = await refresh(first.refresh_token)
      expect([used.status, used.body]).toEqual(failure('invalidRefreshToken'))
      expect((await refresh(second.refresh_token)).body.errcode).toBe(40030)
      const { access_token, openid } = second
      expect((await asked('/sns/auth', { access_token, openid })).body.errcode).toBe(40001)
    })

    test('a secret that does come with a refresh token must be the right one', async () => {
      const { refresh_token } = await tokensFor()
      expect((await refresh(refresh_token, { secret: 'wrong' })).body.errcode).toBe(40125)
      expect((await refresh(refresh_token, { secret })).body.errcode).toBeUndefined()
    })

    test('a code works once; its second use ends what the first gave', async () => {
      const code = await codeFor()
      const { access_token, openid } = (await trade(code)).body
      const again = await trade(code)
      expect([again.status, again.body]).toEqual(failure('codeUsed'))
      expect((await asked('/sns/auth', { access_token, openid })).body.errcode).toBe(40001)
    })

    test('a code works for ten minutes', async () => {
      const [early, late] = [await codeFor(), await codeFor()]
      auth.clock.advance(590_000)
      expect((await trade(early)).body.errcode).toBeUndefined()
      auth.clock.advance(11_000)
      expect((await trade(late)).body).toEqual(failure('invalidCode')[1])
    })

    test('an access token that expired is said to have', async () => {
      const { access_token, openid } = await tokensFor()
      auth.clock.advance(7_200_000)
      for (const path of ['/sns/userinfo', '/sns/auth']) {
        const { status, body } = await asked(path, { access_token, openid })
        expect([status, body]).toEqual(failure('expiredAccessToken'))
      }
    })

    test('an access token is of no use for the openid of another person or app', async () => {
      const { access_token } = await tokensFor()
      for (const openid of [alice.sub, (await tokensFor(chat)).openid])
        expect((await asked('/sns/userinfo', { access_token, openid })).body).toEqual(failure('invalidOpenid')[1])
    })

    test.each<[keyof typeof errcodes, string, Record<string, string>]>([
      ['missingAppid', 'access_token', { appid: '' }],
      ['missingSecret', 'access_token', { secret: '' }],
      ['missingCode', 'access_token', { code: '' }],
      ['invalidGrantType', 'access_token', { grant_type: '' }],
      ['invalidGrantType', 'access_token', { grant_type: 'refresh_token' }],
      ['invalidAppid', 'access_token', { appid: 'wx-unknown' }],
      ['invalidAppid', 'access_token', { appid: bookshop.client_id, secret: bookshop.secret ?? '' }],
      ['invalidSecret', 'access_token', { secret: 'wrong' }],
      ['invalidCode', 'access_token', {}],
      ['missingAppid', 'refresh_token', { appid: '' }],
      ['missingRefreshToken', 'refresh_token', { refresh_token: '' }],
      ['invalidGrantType', 'refresh_token', { grant_type: 'authorization_code' }],
      ['invalidAppid', 'refresh_token', { appid: 'wx-unknown' }],
      ['invalidRefreshToken', 'refresh_token', {}],
      ['unauthorized', 'refresh_token', { appid: noRefresh.client_id }],
    ])('%s is what /sns/oauth2/%s says to %j', async (fault, endpoint, wrong) => {
      const grant_type = endpoint === 'access_token' ? 'authorization_code' : 'refresh_token'
      const right = { appid: forum.client_id, secret, code: 'of nobody', refresh_token: 'of nobody', grant_type }
      const { status, body } = await asked(`/sns/oauth2/${endpoint}`, { ...right, ...wrong })
      expect([status, body]).toEqual(failure(fault))
    })

    test.each<[keyof typeof errcodes, Record<string, string>]>([
      ['missingAccessToken', { openid: 'o' }],
      ['missingOpenid', { access_token: 'a' }],
      ['invalidCredential', { access_token: 'a', openid: 'o' }],
    ])('%s is what /sns/userinfo and /sns/auth say to %j', async (fault, params) => {
      for (const path of ['/sns/userinfo', '/sns/auth']) {
        const { status, body } = await asked(path, params)
        expect([status, body]).toEqual(failure(fault))
      }
    })

    test.each([
      ['a parameter that came twice', 'appid=a&appid=b&openid=o&access_token=a&secret=s&code=c&grant_type=authorization_code'],
      ['broken UTF-8', 'appid=%ff&openid=%ff&access_token=a&secret=s&code=c&grant_type=authorization_code'],
    ])('%s is malformed', async (_, query) => {
      for (const path of ['/sns/oauth2/access_token', '/sns/userinfo', '/sns/auth']) {
        const { status, body } = await auth.get(`${path}?${query}`)
        expect([path, status, body]).toEqual([path, ...failure('malformed')])
      }
    })

    test('a body of a megabyte is malformed', async () => {
      const { status, body } = await auth.post('/sns/oauth2/access_token', { appid: 'a'.repeat(1_000_000) })
      expect([status, body]).toEqual(failure('malformed'))
    })

    test.each([
      ['an unknown appid', { appid: 'wx-unknown' }, /client_id is not known here/],
      ['the id of a client of the core', { appid: bookshop.client_id }, /client_id is not known here/],
      ['no appid', { appid: '' }, /client_id is missing/],
      ['a foreign redirect_uri', { redirect_uri: 'https://evil.example/' }, /redirect/i],
      ['a scope that the app may not ask for', { scope: 'user:list' }, /invalid_scope/],
      ['another response_type', { response_type: 'token' }, /unsupported_response_type|unauthorized_client/],
    ])('%s shows the person a page and leads nowhere', async (_, wrong, said) => {
      for (const path of ['/connect/qrconnect', '/connect/oauth2/authorize']) {
        const { status, headers, body } = await auth.get(connect(forum, wrong, path).slice(auth.url.length))
        expect([status, headers.get('location')]).toEqual([400, null])
        expect(body).toMatch(said)
      }
    })

    test('the page of a mistake names the app, and leads home to it', async () => {
      const { body } = await auth.get(connect(forum, { scope: 'user:list' }).slice(auth.url.length))
      expect([body.includes('href="https://app.example/"'), body.includes(forum.client_id)]).toEqual([true, true])
    })

    test('the page can be asked for in either language', async () => {
      const browser = createBrowser()
      for (const [lang, title] of [
        ['cn', 'lang="zh-CN"'],
        ['en', 'lang="en"'],
      ] as const) {
        await browser.get(connect(forum, { lang }))
        expect((await browser.follow()).body).toContain(title)
      }
    })

    test('a HEAD uses nothing up', async () => {
      const code = await codeFor()
      const query = new URLSearchParams({ appid: forum.client_id, secret, code, grant_type: 'authorization_code' })
      const { status } = await fetch(`${auth.url}/sns/oauth2/access_token?${query}`, { method: 'HEAD' })
      expect(status).toBe(405)
      expect((await trade(code)).body.errcode).toBeUndefined()
    })

    test('too many wrong secrets are throttled, as they are for the core', async () => {
      for (let i = 0; i < auth.config.clientFailuresPerMinute; i++)
        await trade('c', { appid: stranger.client_id, secret: 'wrong' })
      const { status, headers, body } = await trade('c', { appid: stranger.client_id })
      expect([status, body]).toEqual(failure('tooMany'))
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      auth.clock.advance(60_000)
      expect((await trade('c', { appid: stranger.client_id })).body.errcode).toBe(40029)
    })
  })
}
