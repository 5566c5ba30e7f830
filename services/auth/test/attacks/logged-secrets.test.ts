import { expect, test } from '@jest/globals'
import { createLog } from '@menshen/shared/log'
import { type Browser, createBrowser, type Page } from '@menshen/shared/testing/browser'
import { assertionOf, mailJob, register, secretAssertionOf, surveyJob, tokenFor } from '../support/assertions.ts'
import { fieldsOf, open, signIn } from '../support/authorize.ts'
import { alice, basic, bookshop, library, mobileApp, reportJob } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

const valuesOf = (browser: Browser, url: string) =>
  (browser.cookies.header(new URL(url)) ?? '')
    .split('; ')
    .map((pair) => pair.split('=')[1] ?? '')
    .filter((value) => value !== 'en')

/** Every flow, right and wrong; gives all the secrets that passed. */
async function wholeRun(auth: TestAuth): Promise<string[]> {
  await register(auth, surveyJob, mailJob)
  const browser = createBrowser()
  await open(auth, browser, library)
  const csrf = [fieldsOf(browser, 'password')['csrf'] ?? '']
  await signIn(auth, browser, { ...alice, password: 'a wrong password' })
  await signIn(auth, browser, alice)
  await browser.follow(library.redirect_uris[0])
  csrf.push(fieldsOf(browser, 'decision')['csrf'] ?? '')
  await browser.submit({ decision: 'allow' }, 'decision')
  const unused = new URL(browser.page.location ?? '').searchParams.get('code') ?? ''

  const approved = await auth.approve(alice, { client: bookshop, nonce: 'n' })
  const first = (await auth.redeem(bookshop, approved)).body
  const refreshed = (await auth.refresh(bookshop, first.refresh_token)).body
  const phone = (await auth.passwordGrant(alice, { scope: 'openid user:read' })).body
  const machine = (await auth.token(reportJob, { grant_type: 'client_credentials' })).body
  const assertions = [await assertionOf(auth, surveyJob), await secretAssertionOf(auth, mailJob)]
  for (const assertion of [...assertions, ...assertions]) await tokenFor(auth, assertion)

  await auth.redeem(bookshop, approved)
  await auth.redeem(library, approved)
  await auth.refresh(library, refreshed.refresh_token)
  await auth.token(
    { ...bookshop, secret: `wrong ${bookshop.secret}` },
    { grant_type: 'refresh_token', refresh_token: first.refresh_token },
  )
  await auth.post(
    '/oauth2/token',
    { grant_type: 'client_credentials' },
    { authorization: basic('report-job', `wrong ${reportJob.secret}`) },
  )
  await auth.passwordGrant({ ...alice, password: 'a wrong password' })
  for (const token of [first.access_token, `${phone.access_token}x`, first.refresh_token, phone.id_token]) {
    await auth.get('/oauth2/userinfo', { authorization: `Bearer ${token}` })
    await auth.get(`/oauth2/userinfo?access_token=${token}`)
    await auth.post('/oauth2/userinfo', { access_token: token })
    await auth.asClient(library, '/oauth2/introspect', { token })
    await auth.revoke(mobileApp, token)
    await auth.get(`/nowhere/?code=${token}&id_token_hint=${token}`)
    await auth.get(auth.authorizeUrl(bookshop, { id_token_hint: token, prompt: 'none' }).slice(auth.url.length))
  }
  const { database } = auth
  const { transaction } = database
  Object.assign(database, { transaction: () => Promise.reject(new Error('the disk is gone')) })
  await auth.passwordGrant(alice)
  Object.assign(database, { transaction })

  const answers = [first, refreshed, phone, machine].flatMap((body) => [body.access_token, body.refresh_token, body.id_token])
  const clients = [bookshop, library, reportJob, mailJob].map(({ secret }) => secret ?? '')
  const cookies = [...valuesOf(browser, auth.url), ...valuesOf(approved.browser, auth.url)]
  const typed = [alice.password, 'a wrong password', ...clients, approved.code, unused, approved.verifier]
  return [...typed, ...answers.filter(Boolean), ...cookies, ...csrf, ...assertions]
}

test('no secret of a whole run is in a log line: by no flow, by no failure of one (Invariant 6)', async () => {
  const written: string[] = []
  const log = createLog({ service: 'auth', level: 'trace', destination: { write: (line) => written.push(line) } })
  const auth = await startAuth({ log })
  const secrets = await wholeRun(auth)
  await auth.stop()

  const lines = written.join('')
  expect(written.length).toBeGreaterThan(50)
  expect(secrets.length).toBeGreaterThan(25)
  const found = secrets.filter(
    (secret) => secret.length < 15 || lines.includes(secret) || lines.includes(encodeURIComponent(secret)),
  )
  expect(found).toEqual([])
})

test('no page of ours, and no address it leads to, repeats a secret that came in a request', async () => {
  const auth = await startAuth()
  const secret = 'a-secret-of-somebody-that-nobody-repeats'
  const named = [
    'code',
    'access_token',
    'id_token',
    'refresh_token',
    'client_secret',
    'password',
    'client_assertion',
    'code_verifier',
  ]
  const query = new URLSearchParams(named.map((name): [string, string] => [name, secret]))
  const browser = createBrowser()
  await open(auth, browser, bookshop)
  const { url } = browser.page
  const pages: Page[] = []
  for (const address of [
    url,
    auth.authorizeUrl(bookshop, { client_id: 'nobody' }),
    auth.authorizeUrl(bookshop),
    `${auth.url}/nowhere`,
  ])
    pages.push(await browser.get(`${address}${address.includes('?') ? '&' : '?'}${query}`))
  await browser.get(url)
  pages.push(await browser.post(url, { ...fieldsOf(browser, 'password'), username: alice.username, password: secret }))
  pages.push(await browser.post(url, { csrf: 'x', username: alice.username, password: secret }))
  await auth.stop()
  expect(pages.map(({ status }) => status)).toEqual([200, 400, 303, 404, 400, 403])
  for (const { body, headers } of pages) {
    expect(body).not.toContain(secret)
    expect([...headers.values()].join('\n')).not.toContain(secret)
  }
})
