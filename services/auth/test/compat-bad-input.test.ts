import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { clients } from '../src/stores/clients.ts'
import { register } from './support/authorize.ts'
import { authserverApp, eggApp, wechatApp } from './support/dialect-apps.ts'
import { codeAt, doors } from './support/doors.ts'
import { alice, bookshop, type TestClient } from './support/people.ts'
import { type Answer, startAuth, type TestAuth } from './support/start-auth.ts'

/** What goes wrong most, in the words of each dialect. */
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth({
    env: { COMPAT: 'authserver,egg,wechat', COMPAT_OPEN_REGISTRATION: 'true', CLIENT_FAILURES_PER_MINUTE: '8' },
  })
  await register(auth, authserverApp, eggApp, wechatApp)
})
afterAll(() => auth.stop())

type Asked = Record<string, string>

/** A request for tokens in RFC 6749's words, as each dialect sends it. */
const send: Record<string, (asked: Asked) => Promise<Answer>> = {
  authserver: (asked) => auth.get(`/oauth2/access_token?${new URLSearchParams(asked)}`),
  egg: (asked) => auth.post('/users/token', asked),
  wechat: ({ client_id = '', client_secret = '', ...asked }) =>
    auth.get(`/sns/oauth2/access_token?${new URLSearchParams({ appid: client_id, secret: client_secret, ...asked })}`),
}
const envelope = (status: number, errcode: number) => ({
  status,
  body: { result: false, errcode, msg: expect.any(String), data: null },
})
const rfc6749 = (status: number, error: string) => ({ status, body: { error, error_description: expect.any(String) } })
const errcode = (code: number, errmsg: string) => ({ status: 200, body: { errcode: code, errmsg } })

const apps: Record<string, TestClient> = { authserver: authserverApp, egg: eggApp, wechat: wechatApp }

describe.each(['authserver', 'egg', 'wechat'])('%s tells in its own words', (dialect) => {
  const app = apps[dialect] as TestClient
  const door = doors.find((door) => door.app === app)!
  const newCode = () => codeAt(auth, door)
  const asked = (code: string, more: Asked = {}): Asked => ({
    client_id: app.client_id,
    client_secret: app.secret ?? '',
    grant_type: 'authorization_code',
    redirect_uri: app.redirect_uris[0] ?? '',
    code,
    ...more,
  })

  async function expectTold(request: Asked, told: Record<string, { status: number; body: object }>): Promise<void> {
    const { status, body, headers } = await send[dialect]!(request)
    expect({ status, body }).toEqual(told[dialect])
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    const text = JSON.stringify(body)
    const kept = [app.secret ?? '', request['code'] ?? '', alice.sub, 'node_modules', '.ts:']
    expect(kept.filter((secret) => secret && text.includes(secret))).toEqual([])
  }

  const unknownApp = {
    authserver: envelope(401, 4001),
    egg: rfc6749(401, 'invalid_client'),
    wechat: errcode(40013, 'invalid appid'),
  }
  test('that it does not know the app: one of nobody, of the core, of another dialect', async () => {
    const others = Object.values(apps).filter((other) => other !== app)
    for (const { client_id, secret = '' } of [{ client_id: 'unknown', secret: 'unknown secret' }, bookshop, ...others])
      await expectTold(asked(await newCode(), { client_id, client_secret: secret }), unknownApp)
  })

  test('that the secret is wrong', async () => {
    await expectTold(asked(await newCode(), { client_secret: `${app.secret}x` }), {
      ...unknownApp,
      wechat: errcode(40125, 'invalid appsecret'),
    })
  })

  const unknownCode = {
    authserver: envelope(400, 4002),
    egg: rfc6749(400, 'invalid_grant'),
    wechat: errcode(40029, 'invalid code'),
  }
  test('that the code is unknown', () => expectTold(asked('a code that nobody gave'), unknownCode))

  test('that the code was used', async () => {
    const code = await newCode()
    await send[dialect]!(asked(code))
    await expectTold(asked(code), { ...unknownCode, wechat: errcode(40163, 'code been used') })
  })

  test('that the code has expired', async () => {
    const code = await newCode()
    auth.clock.advance(600_000)
    await expectTold(asked(code), unknownCode)
  })

  test('that the redirect_uri is not that of the code', async () => {
    await expectTold(asked(await newCode(), { redirect_uri: 'https://evil.example/' }), unknownCode)
  })

  test('that the grant is unknown', async () => {
    await expectTold(asked(await newCode(), { grant_type: 'magic' }), {
      authserver: envelope(400, 4004),
      egg: rfc6749(400, 'unsupported_grant_type'),
      wechat: errcode(40002, 'invalid grant_type'),
    })
  })

  test('that something broke here, and not what', async () => {
    const code = await newCode()
    const { collection } = auth.database
    const broken = () => {
      throw new Error('the disk is gone')
    }
    Object.assign(auth.database, { collection: broken })
    await expectTold(asked(code), {
      authserver: envelope(500, 5000),
      egg: rfc6749(500, 'server_error'),
      wechat: errcode(-1, 'system error'),
    })
    Object.assign(auth.database, { collection })
  })

  test('that it must wait', async () => {
    const wrong = asked('a code that nobody gave', { client_secret: 'wrong' })
    for (let i = 0; i < auth.config.clientFailuresPerMinute; i++) await send[dialect]!(wrong)
    await expectTold(asked('a code that nobody gave'), {
      authserver: envelope(429, 4290),
      egg: rfc6749(429, 'temporarily_unavailable'),
      wechat: errcode(45011, 'api minute-quota reach limit, must slower, retry next minute'),
    })
  })
})

describe('the envelope', () => {
  const whole = { clientName: 'Shop', redirectUrl: 'https://shop.example/callback', description: 'Books' }
  const stored = async () => (await auth.database.collection(clients).list({})).length
  const encoded = (more: Asked = {}) => new URLSearchParams({ ...whole, ...more }).toString()

  test.each([
    ['broken UTF-8 in a name', `${encoded()}&clientName%ff=x`, 400],
    ['broken UTF-8 in a value', encoded().replace('Shop', '%E5%BA%ff'), 400],
    ['half of a surrogate pair', encoded().replace('Shop', '%ED%A0%80'), 400],
    ['a repeated parameter', `${encoded()}&clientName=Shop`, 400],
    ['a repeated parameter that nobody knows', `${encoded()}&a=1&a=2`, 400],
    ['a description of 1 MB', encoded({ description: 'x'.repeat(1_000_000) }), 413],
    ['a description of 201 characters', encoded({ description: 'x'.repeat(201) }), 400],
  ])('is what %s gets at /client/add, and nothing is stored', async (_, form, status) => {
    const before = await stored()
    const { body, ...answer } = await auth.post('/client/add', form)
    expect(answer.status).toBe(status)
    expect(body).toEqual({ result: false, errcode: 4000, msg: expect.any(String), data: null })
    expect(await stored()).toBe(before)
  })

  test.each(['/client/add', '/oauth2/access_token', '/oauth2/refresh_token'])(
    'answers broken and repeated parameters at %s',
    async (path) => {
      for (const query of ['a=%ff', 'client_id=a&client_id=b', 'a=1&a=2', 'constructor=1&constructor=2']) {
        const answer = await auth.post(`${path}?${query}`, '')
        expect([answer.status, answer.body.errcode, answer.body.data]).toEqual([400, 4000, null])
      }
    },
  )
})

test('a dialect that is switched off answers 404, like any unknown path', async () => {
  const off = await startAuth()
  const unknown = await off.get('/nowhere')
  for (const path of ['/client/add', ...doors.flatMap(({ paths }) => paths), '/connect/qrconnect', '/connect/oauth2/authorize'])
    for (const answer of [await off.get(path), await off.post(path, '')]) {
      expect([path, answer.status]).toEqual([path, unknown.status])
      expect(answer.headers.get('content-type')).toBe(unknown.headers.get('content-type'))
    }
  await off.stop()
})
