import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { fieldsOf, open, signIn } from '../support/authorize.ts'
import { alice, basic, bookshop, mobileApp, openApi, reportJob } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

/** Input of another shape than text: objects for the database, members that every object has. */
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const authorization = basic(reportJob.client_id, reportJob.secret ?? '')
const invalid = { status: 400, body: { error: 'invalid_request' } }

test('a[$ne]= stands where a text belongs: it is another name, and no query (OWASP NoSQL injection)', async () => {
  const { refresh_token } = (await auth.passwordGrant(alice)).body
  const asked: Array<[string, Record<string, string>]> = [
    ['grant_type[$ne]=x&scope=user:list', { authorization }],
    ['grant_type=password&client_id=mobile-app&username=Alice&password[$ne]=x', {}],
    ['grant_type=password&client_id=mobile-app&username[$gt]=&password=correct+horse+battery+staple', {}],
    ['grant_type=refresh_token&client_id=mobile-app&refresh_token[$ne]=x', {}],
    ['grant_type=refresh_token&client_id=mobile-app&refresh_token[$regex]=.*', {}],
    ['grant_type=refresh_token&client_id=mobile-app&refresh_token.hash=x', {}],
    [`grant_type=refresh_token&client_id=mobile-app&refresh_token[]=${refresh_token}`, {}],
  ]
  for (const [form, headers] of asked)
    expect({ form, ...(await auth.post('/oauth2/token', form, headers)) }).toMatchObject({ form, ...invalid })
  for (const client of ['client_id[$ne]=x', 'client_id[]=mobile-app', 'client_id[client_id]=mobile-app'])
    expect({ client, ...(await auth.post('/oauth2/token', `grant_type=password&${client}`)) }).toMatchObject({
      client,
      status: 401,
    })
  expect(await auth.refresh(mobileApp, refresh_token)).toMatchObject({ status: 200 })
})

test('a JSON body, or a form under another type, is sent: no site can send what we read without its person knowing', async () => {
  const form = 'grant_type=client_credentials'
  const json = JSON.stringify({ grant_type: 'client_credentials', client_id: { $ne: null } })
  for (const [body, type] of [
    [json, 'application/json'],
    [json, 'application/x-www-form-urlencoded'],
    [form, 'text/plain'],
    [form, 'multipart/form-data; boundary=x'],
    [form, 'application/x-www-form-urlencoded; charset=utf-16'],
    [form, ''],
  ] as const)
    expect({ type, ...(await auth.post('/oauth2/token', body, { authorization, 'content-type': type })) }).toMatchObject({
      type,
      ...invalid,
    })
})

test('parameters are sent twice: which one counts is never guessed (RFC 6749 section 3.2)', async () => {
  for (const form of [
    'grant_type=client_credentials&grant_type=password',
    'grant_type=client_credentials&scope=user:list&scope=openid',
  ])
    expect({ form, ...(await auth.post('/oauth2/token', form, { authorization })) }).toMatchObject({ form, ...invalid })
})

const members = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf']

test('members of every object stand for values: each is unknown, as any other word', async () => {
  for (const name of members) {
    const token = (form: Record<string, string>) => auth.post('/oauth2/token', form, { authorization })
    expect(await token({ grant_type: name })).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } })
    expect(await token({ grant_type: 'client_credentials', scope: name })).toMatchObject({
      status: 400,
      body: { error: 'invalid_scope' },
    })
    expect(await token({ grant_type: 'client_credentials', resource: name })).toMatchObject({
      status: 400,
      body: { error: 'invalid_target' },
    })
    expect(await auth.post('/oauth2/token', { grant_type: 'password', client_id: name })).toMatchObject({ status: 401 })
    expect(await auth.passwordGrant({ ...alice, username: name })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    for (const parameter of [
      'response_type',
      'response_mode',
      'prompt',
      'display',
      'scope',
      'claims',
      'client_id',
      'redirect_uri',
    ]) {
      const { status } = await auth.get(auth.authorizeUrl(bookshop, { [parameter]: name }).slice(auth.url.length))
      expect({ parameter, name, status }).toEqual({ parameter, name, status: expect.any(Number) })
      expect([303, 400, 200]).toContain(status)
    }
  }
})

test('members of every object stand for names: they change no object and no answer', async () => {
  const polluting = members.flatMap((name) => [`${name}=x`, `${name}[polluted]=x`, `${name}.polluted=x`]).join('&')
  expect(await auth.post('/oauth2/token', `grant_type=client_credentials&${polluting}`, { authorization })).toMatchObject({
    status: 200,
  })
  expect((await auth.get(`${auth.authorizeUrl(bookshop).slice(auth.url.length)}&${polluting}`)).status).toBe(303)
  const body = JSON.stringify({ userinfo: JSON.parse('{"__proto__":{"polluted":true},"constructor":null}') })
  expect((await auth.get(auth.authorizeUrl(bookshop, { claims: body }).slice(auth.url.length))).status).toBe(303)
  expect({}).not.toHaveProperty('polluted')
})

test('members of every object stand for files, languages and interactions: there is nothing of that name', async () => {
  for (const name of members) {
    expect({ name, ...(await auth.get(`/assets/${name}`)) }).toMatchObject({ name, status: 404 })
    expect({ name, ...(await auth.get(`/interaction/${name}/sign-in`)) }).toMatchObject({ name, status: 404 })
    const page = await auth.get(`/nowhere?lang=${name}`, { cookie: `menshen_lang=${name}` })
    expect({ name, ...page }).toMatchObject({ name, status: 404, body: expect.stringContaining('<html lang="en">') })
  }
  for (const path of ['../package.json', '..%2f..%2fpackage.json', '%2e%2e%2fsrc%2fmain.ts', 'style.css%00.png', 'style.css/'])
    expect({ path, status: (await auth.get(`/assets/${path}`)).status }).toEqual({ path, status: 404 })
})

test('a scope is called like a member of every object: the consent page describes it by its API', async () => {
  const scopes = [...openApi.scopes, { name: 'constructor', description: 'Do as the API says' }]
  await auth.setApi(openApi, { scopes })
  await auth.setClient(bookshop, { scope: `${bookshop.scope} constructor` })
  const browser = createBrowser()
  await open(auth, browser, bookshop, { scope: 'openid constructor' })
  await signIn(auth, browser, alice)
  await browser.follow(bookshop.redirect_uris[0])
  expect(fieldsOf(browser, 'decision')).toHaveProperty('csrf')
  expect(browser.page.body).toContain('Do as the API says')
  expect(browser.page.body).not.toContain('function')
})
