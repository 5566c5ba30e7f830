import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { onMongo, testDatabaseUrl } from '@menshen/shared/testing/databases'
import { createRegistrationToken, revokeRegistrationToken } from '../src/admin/registration-tokens.ts'
import { loadAuthConfig } from '../src/config.ts'
import { sha256 } from '../src/core/secrets.ts'
import { audit } from '../src/stores/audit.ts'
import { clients } from '../src/stores/clients.ts'
import { csrfIn } from './support/pages.ts'
import { alice, bob } from './support/people.ts'
import { type Answer, secretsKey, startAuth, type TestAuth } from './support/start-auth.ts'

/** As the notes write it. */
const written = '/client/add?clientName=应用名称&redirectUrl=http://localhost:8051/test&description=应用描述'
const app = { clientName: '应用名称', redirectUrl: 'http://localhost:8051/test', description: '应用描述' }
const uuid = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
const html = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const hour = 3_600_000

const start = (env: Record<string, string> = {}, databaseUrl = testDatabaseUrl()) =>
  startAuth({ env: { COMPAT: 'authserver', ...env }, databaseUrl })
const tokenFor = (auth: TestAuth, uses = 1) =>
  createRegistrationToken({ uses, lifetime: hour }, { ...auth.deps, actor: 'the tests' })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const registered = async ({ database }: TestAuth) =>
  (await database.collection(clients).list({})).filter(({ dialect }) => dialect === 'authserver')
const storedAs = ({ database }: TestAuth, client_id: string) => database.collection(clients).find({ client_id })
const recordOf = async ({ database }: TestAuth, subject: string) => (await database.collection(audit).list({ subject }))[0]

function addOn(driver: string, freshUrl: () => string): void {
  describe(`/client/add on ${driver}`, () => {
    let auth: TestAuth
    beforeAll(async () => {
      auth = await start({}, freshUrl())
    })
    afterAll(() => auth.stop())

    async function postJson(body: unknown, headers: Record<string, string>): Promise<Pick<Answer, 'status' | 'body'>> {
      const sent = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }
      const response = await fetch(`${auth.url}/client/add`, sent)
      return { status: response.status, body: await response.json() }
    }

    test('an initial access token registers an app by the request of the notes, which gets the answer of the notes', async () => {
      const { token, registration_token } = await tokenFor(auth)
      const { status, body, headers } = await auth.get(written, bearer(token))
      const data = { clientId: uuid, clientSecret: uuid, ...app }
      expect([status, body]).toEqual([200, { result: true, errcode: 2000, msg: '操作成功', data }])
      expect(headers.get('cache-control')).toBe('no-store')

      const { clientId, clientSecret } = body.data
      expect(await storedAs(auth, clientId)).toMatchObject({
        client_name: '应用名称',
        description: '应用描述',
        redirect_uris: ['http://localhost:8051/test'],
        grant_types: ['authorization_code', 'refresh_token'],
        scope: 'profile user:read',
        dialect: 'authserver',
        owner: null,
        first_party: false,
        secretHashes: [sha256(clientSecret)],
      })
      const record = await recordOf(auth, clientId)
      expect(record).toMatchObject({ action: 'client.created', actor: `registration-token ${registration_token.id}` })
      expect(JSON.stringify(record)).not.toContain(clientSecret)
      expect(JSON.stringify(record)).not.toContain(token)
    })

    test('the app comes as query, form or JSON; its description may be left out', async () => {
      const { token } = await tokenFor(auth, 3)
      const { description: _, ...short } = app
      const answers = [
        await auth.post(written, '', bearer(token)),
        await auth.post('/client/add', app, bearer(token)),
        await postJson(short, bearer(token)),
      ]
      expect(answers.map(({ status, body }) => [status, body.data.clientName, body.data.description])).toEqual([
        [200, '应用名称', '应用描述'],
        [200, '应用名称', '应用描述'],
        [200, '应用名称', ''],
      ])
    })

    test('an initial access token registers as many apps as it was made for, also of twenty at once (RFC 7591 section 3)', async () => {
      const before = (await registered(auth)).length
      const { token } = await tokenFor(auth, 3)
      const answers = await Promise.all(Array.from({ length: 20 }, () => auth.get(written, bearer(token))))
      const counts = [200, 401].map((status) => answers.filter((answer) => answer.status === status).length)
      expect([...counts, (await registered(auth)).length - before]).toEqual([3, 17, 3])
    })

    test('without a token that stands nothing is registered: none, in the address, unknown, used up, revoked, expired', async () => {
      const before = (await registered(auth)).length
      const [usedUp, revoked, expired] = [await tokenFor(auth), await tokenFor(auth), await tokenFor(auth)]
      await auth.get(written, bearer(usedUp.token))
      await revokeRegistrationToken(revoked.registration_token.id, { ...auth.deps, actor: 'the tests' })
      const refused = [
        await auth.get(written),
        await auth.post('/client/add', app),
        await auth.get(`${written}&access_token=${revoked.token}`),
        await auth.get(written, bearer('unknown')),
        await auth.get(written, bearer(usedUp.token)),
        await auth.get(written, bearer(revoked.token)),
      ]
      auth.clock.advance(hour + 1)
      refused.push(await auth.get(written, bearer(expired.token)))
      for (const { status, headers, body } of refused) {
        expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
        expect(body).toEqual({ result: false, errcode: 4006, msg: expect.any(String), data: null })
      }
      expect((await registered(auth)).length - before).toBe(1)
    })

    test('what is wrong with an app is said in the envelope, nothing is stored and the token is not used up', async () => {
      const before = (await registered(auth)).length
      const { token } = await tokenFor(auth)
      const by = (change: Partial<typeof app>) => auth.post('/client/add', { ...app, ...change }, bearer(token))
      const wrong: Array<[Pick<Answer, 'status' | 'body'>, number, string]> = [
        [await by({ clientName: '' }), 400, 'clientName is missing'],
        [await by({ redirectUrl: '' }), 400, 'redirectUrl is missing'],
        [await by({ clientName: 'x'.repeat(201) }), 400, 'clientName must be a line of 1 to 200 characters'],
        [await by({ clientName: 'two\nlines' }), 400, 'clientName must be a line'],
        [await by({ clientName: 'kooB\u202eshop' }), 400, 'clientName must not have invisible characters'],
        [await by({ clientName: '\u200b\u3164' }), 400, 'clientName must not have invisible characters'],
        [await by({ description: '描'.repeat(201) }), 400, 'description must be a line of 1 to 200 characters'],
        [await by({ redirectUrl: 'javascript:alert(1)' }), 400, 'redirectUrl must be'],
        [await by({ redirectUrl: 'com.evil.app://bank.example/cb' }), 400, 'redirectUrl must be https'],
        [await by({ redirectUrl: 'http://shop.example/cb' }), 400, 'redirectUrl must be https'],
        [await by({ redirectUrl: 'https://shop.example/#x' }), 400, 'redirectUrl must not have a fragment'],
        [await by({ redirectUrl: 'https://*.example/' }), 400, 'redirectUrl must not have a wildcard'],
        [await by({ description: 'x'.repeat(1_000_000) }), 413, 'the body must not be larger'],
        [await auth.get(`${written}&clientName=another`, bearer(token)), 400, 'clientName must not be repeated'],
        [await auth.post(written, app, bearer(token)), 400, 'clientName must not be repeated'],
        [await auth.get('/client/add?clientName=%ff&redirectUrl=https://a.example', bearer(token)), 400, 'broken'],
        [await auth.post('/client/add', 'clientName=%ff', bearer(token)), 400, 'broken'],
        [await postJson([app], bearer(token)), 400, 'JSON object'],
        [await postJson({ ...app, clientName: { $gt: '' } }, bearer(token)), 400, 'clientName must be a text'],
        [await postJson({ ...app, description: '\ud800' }, bearer(token)), 400, 'description is not Unicode'],
        [await postJson({ ...app, description: 'x'.repeat(1_000_000) }, bearer(token)), 413, 'the body must not be larger'],
      ]
      for (const [{ status, body }, wanted, says] of wrong) {
        expect([status, body.msg]).toEqual([wanted, expect.stringContaining(says)])
        expect(body).toMatchObject({ result: false, errcode: 4000, data: null })
      }
      expect((await fetch(`${auth.url}${written}`, { method: 'HEAD', headers: bearer(token) })).status).toBe(405)
      expect((await registered(auth)).length).toBe(before)
      expect((await auth.get(written, bearer(token))).status).toBe(200)
    })
  })
}

addOn('SQLite', testDatabaseUrl)
onMongo('/client/add', (freshUrl) => addOn('MongoDB', freshUrl))

describe('in a browser', () => {
  let auth: TestAuth
  beforeAll(async () => {
    auth = await start({ REGISTRATION_LIMIT: '6' })
  })
  afterAll(() => auth.stop())

  const opened = async (browser: Browser, path = '/client/add') => {
    await browser.get(`${auth.url}${path}`, html)
    return browser
  }
  const send = (browser: Browser, fields: Record<string, string>) => browser.post(`${auth.url}/client/add`, fields, html)
  const idIn = ({ page }: Browser) => /name="clientId" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  const shownIn = ({ page }: Browser) => [...page.body.matchAll(/<code>([^<]+)<\/code>/g)].map(([, text]) => text ?? '')
  async function signedIn(person: typeof alice): Promise<Browser> {
    const browser = await opened(createBrowser(), '/sign-in')
    await browser.submit({ username: person.username, password: person.password }, 'password')
    return browser
  }

  test('who is not signed in comes back to the form with all that the address told', async () => {
    const browser = await opened(createBrowser(), written)
    expect(browser.page.status).toBe(303)
    await browser.follow()
    await browser.submit({ username: alice.username, password: alice.password }, 'password')
    await browser.get(browser.page.location ?? '', html)
    expect(browser.page.status).toBe(200)
    for (const text of [...Object.values(app), 'Alice Liu']) expect(browser.page.body).toContain(text)
    expect(await registered(auth)).toEqual([])
  })

  test('a person who confirms the form owns the app; its id and secret are shown once, also when the form is sent twice', async () => {
    const browser = await signedIn(alice)
    await opened(browser, written)
    const fields = { csrf: csrfIn(browser), clientId: idIn(browser), ...app }
    expect(await registered(auth)).toEqual([])
    await send(browser, fields)
    const [clientId = '', secret = '', redirectUrl] = shownIn(browser)
    expect([browser.page.status, clientId, redirectUrl]).toEqual([200, fields.clientId, app.redirectUrl])
    expect(await storedAs(auth, clientId)).toMatchObject({
      owner: alice.sub,
      first_party: false,
      dialect: 'authserver',
      secretHashes: [sha256(secret)],
    })
    expect(await recordOf(auth, clientId)).toMatchObject({ action: 'client.created', actor: alice.sub })

    await send(browser, fields)
    expect(shownIn(browser)).toEqual([])
    expect(browser.page.body).toContain('This app is registered already')
    expect(await registered(auth)).toHaveLength(1)
  })

  test('what is wrong stands beside its field, and what was typed stays', async () => {
    const browser = await opened(await signedIn(alice))
    const typed = { clientName: '', redirectUrl: 'http://shop.example/', description: '<b>描述</b>' }
    await send(browser, { csrf: csrfIn(browser), clientId: idIn(browser), ...typed })
    const faults = [...browser.page.body.matchAll(/<li><a href="#(\w+)">/g)].map(([, field]) => field)
    expect([browser.page.status, faults]).toEqual([400, ['clientName', 'redirectUrl']])
    expect(browser.page.body).toContain('value="&lt;b&gt;描述&lt;/b&gt;"')
  })

  test('nobody else can send the form: not another site, not for another app, not another person', async () => {
    const before = (await registered(auth)).length
    const browser = await opened(await signedIn(alice))
    const form = { csrf: csrfIn(browser), clientId: idIn(browser), ...app }
    const ofBob = await opened(await signedIn(bob))
    for (const [by, fields] of [
      [browser, app],
      [browser, { ...form, clientId: '00000000-0000-4000-8000-000000000000' }],
      [ofBob, form],
    ] as const) {
      await send(by, fields)
      expect([by.page.status, shownIn(by)]).toEqual([403, []])
    }
    expect((await registered(auth)).length).toBe(before)
  })

  test('one person registers so many apps in an hour, then waits', async () => {
    auth.clock.advance(hour + 1)
    const browser = await signedIn(bob)
    const answers: number[] = []
    for (let i = 0; i < 7; i++) {
      await opened(browser)
      await send(browser, { csrf: csrfIn(browser), clientId: idIn(browser), ...app })
      answers.push(browser.page.status)
    }
    expect(answers).toEqual([200, 200, 200, 200, 200, 200, 429])
    expect(browser.page.headers.get('retry-after')).toMatch(/^\d+$/)
  })
})

describe('COMPAT_OPEN_REGISTRATION', () => {
  test('lets anybody register, from a browser, too, so many apps from one address', async () => {
    const auth = await start({ COMPAT_OPEN_REGISTRATION: 'true', REGISTRATION_LIMIT: '2' })
    const first = await auth.get(written, html)
    expect([first.status, first.body.data.clientName]).toEqual([200, '应用名称'])
    expect(await storedAs(auth, first.body.data.clientId)).toMatchObject({
      owner: null,
      first_party: false,
      dialect: 'authserver',
    })
    expect(await recordOf(auth, first.body.data.clientId)).toMatchObject({ actor: 'anybody' })
    expect((await auth.post('/client/add', app)).status).toBe(200)
    const third = await auth.get(written)
    expect([third.status, third.body.errcode]).toEqual([429, 4290])
    expect(third.headers.get('retry-after')).toMatch(/^\d+$/)
    const entrance = await auth.get('/client/add?form=open&clientName=x', html)
    expect([entrance.status, entrance.headers.get('location')]).toEqual([303, '/sign-in?for=app&clientName=x'])
    expect(await registered(auth)).toHaveLength(2)
    await auth.stop()
  })

  test('is refused at start in production, but for a demo', () => {
    const production = {
      NODE_ENV: 'production',
      ISSUER: 'https://id.example',
      DATABASE_URL: 'sqlite:/data/auth.db',
      SECRETS_KEY: secretsKey,
      COMPAT: 'authserver',
      COMPAT_OPEN_REGISTRATION: 'true',
    }
    expect(() => loadAuthConfig(production)).toThrow(/COMPAT_OPEN_REGISTRATION: must not be true in production/)
    expect(loadAuthConfig({ ...production, MENSHEN_PROFILE: 'demo' }).openRegistration).toBe(true)
    expect(loadAuthConfig({}).openRegistration).toBe(false)
  })
})

test('where COMPAT does not name authserver there is no /client/add', async () => {
  const auth = await startAuth({ env: { COMPAT: 'egg,wechat' } })
  const { token } = await tokenFor(auth)
  expect((await auth.get(written, bearer(token))).status).toBe(404)
  expect((await auth.post('/client/add', app, bearer(token))).status).toBe(404)
  await auth.stop()
})
