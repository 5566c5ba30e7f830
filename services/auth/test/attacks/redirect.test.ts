import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pkce, register } from '../support/authorize.ts'
import { bookshop, reader, type TestClient } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

/** An answer is led astray by a redirect URI that looks like a registered one (RFC 9700 section 4.1): there is a page, and no redirect. */
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  await register(auth, tool, devSite)
})
afterAll(() => auth.stop())

const tool = {
  ...reader,
  client_id: 'tool',
  redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback', 'http://localhost/callback'],
}
const devSite = { ...bookshop, client_id: 'dev-site', redirect_uris: ['http://127.0.0.1:8051/callback'] }

async function expectPages(client: TestClient, redirect_uris: readonly string[]) {
  for (const redirect_uri of redirect_uris) {
    const { status, headers } = await auth.get(auth.authorizeUrl(client, { ...pkce, redirect_uri }).slice(auth.url.length))
    const seen = { redirect_uri, status, location: headers.get('location') }
    expect(seen).toEqual({ redirect_uri, status: 400, location: null })
  }
}

test('a registered address is a prefix: more path, a query, a way up (RFC 9700 section 4.1.3)', () =>
  expectPages(
    bookshop,
    ['/', 'x', '/more', '/..%2Fevil', '/../evil', '?a=b', '?', '.evil.example', '&x=y', '%00', ' ', '\n'].map(
      (more) => `https://app.example/callback${more}`,
    ),
  ))

test('another host, port or scheme has the same path, or the registered host for its user (RFC 9700 section 4.1.3)', () =>
  expectPages(bookshop, [
    'https://evil.example/callback',
    'https://app.example.evil.example/callback',
    'https://evil-app.example/callback',
    'https://sub.app.example/callback',
    'https://app.example:444/callback',
    'http://app.example/callback',
    'https://app.example@evil.example/callback',
    'https://app.example:x@evil.example/callback',
    'https://user@app.example/callback',
    'https://evil.example\\@app.example/callback',
    '//app.example/callback',
    '/callback',
    'javascript:alert(1)//app.example/callback',
    'data:text/html,/callback',
  ]))

test('a fragment, another case or encoding, the port in full (RFC 9700 section 4.1.3)', () =>
  expectPages(bookshop, [
    'https://app.example/callback#x',
    'https://app.example/callback#',
    'https://app.example/Callback',
    'HTTPS://app.example/callback',
    'https://APP.example/callback',
    'https://app.example:443/callback',
    'https://app.example/%63allback',
    'https://app.example/./callback',
    'https://app.example//callback',
    'https://app.example/callback%2F',
    'https:/app.example/callback',
    'https:\\\\app.example\\callback',
    ' https://app.example/callback',
    'https://ａpp.example/callback',
  ]))

test('a host looks like this machine: only the registered name of it counts, with any port (RFC 8252 section 7.3)', () =>
  expectPages(tool, [
    'http://127.0.0.2:8000/callback',
    'http://127.1/callback',
    'http://2130706433/callback',
    'http://0.0.0.0:8000/callback',
    'http://0x7f.0.0.1/callback',
    'http://localhost.:8000/callback',
    'http://localhost.evil.example/callback',
    'http://LOCALHOST:8000/callback',
    'http://localhost@evil.example/callback',
    'http://localhost:8000@evil.example/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.1:8000.evil.example/callback',
    'http://127.0.0.1:8000/other',
    'https://127.0.0.1:8000/callback',
  ]))

test('an IPv6 address looks like this machine (RFC 8252 section 7.3)', () =>
  expectPages(tool, [
    'http://[::]:8000/callback',
    'http://[0:0:0:0:0:0:0:1]:8000/callback',
    'http://[::ffff:127.0.0.1]:8000/callback',
    'http://[::1%25lo]:8000/callback',
    'http://[::1].evil.example/callback',
    'http://[fe80::1]:8000/callback',
    'http://::1/callback',
  ]))

test('the port is not free for a client with a secret: another program may listen there (RFC 8252 section 7.3)', () =>
  expectPages(devSite, ['http://127.0.0.1:8052/callback', 'http://127.0.0.1/callback']))

test('no answer follows a redirect_uri before client and address are proven, whatever else is wrong (RFC 6749 section 4.1.2.1)', async () => {
  for (const more of [
    { response_type: 'token' },
    { prompt: 'none' },
    { scope: 'a"b' },
    { request: 'x' },
    { client_id: 'nobody' },
  ]) {
    const address = auth.authorizeUrl(bookshop, { redirect_uri: 'https://evil.example/', ...more })
    const { status, headers, body } = await auth.get(address.slice(auth.url.length))
    expect({ more, status, location: headers.get('location'), link: body.includes('href="https://evil') }).toEqual({
      more,
      status: 400,
      location: null,
      link: false,
    })
  }
})
