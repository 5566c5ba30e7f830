import { createHmac } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { afterEach, expect, test } from '@jest/globals'
import Router from '@koa/router'
import Koa from 'koa'
import { problems } from '../http/problem.ts'
import { requestId } from '../http/request-id.ts'
import { createLog } from '../log.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { listen } from '../testing/http.ts'
import { startIssuer, type TokenChanges } from '../testing/issuer.ts'
import { testLog } from '../testing/test-log.ts'
import type { AccessToken } from './access-token.ts'
import { createKeySet, type KeyName, type KeySet } from './key-set.ts'
import { type RequireTokenOptions, requireToken } from './require-token.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** An issuer, and an API with one route for any token and one that needs a scope. */
async function startApi(options: Partial<RequireTokenOptions> = {}) {
  const clock = createFakeClock()
  const issuer = await startIssuer(clock)
  const fetched = createKeySet({ url: issuer.jwks_uri, clock, log: testLog })
  const verifications: KeyName[] = []
  const keySet: KeySet = {
    ...fetched,
    keyFor(name) {
      verifications.push(name)
      return fetched.keyFor(name)
    },
  }
  const scope = requireToken({
    issuer: issuer.issuer,
    audience: 'https://api.example',
    keySet,
    clock,
    log: testLog,
    ...options,
  })

  const router = new Router()
  router.get('/me', scope(), (ctx) => {
    ctx.body = ctx.state.token
  })
  router.get('/projects', scope('project:read project:write'), (ctx) => {
    ctx.body = 'projects'
  })
  const app = new Koa()
  app.use(requestId)
  app.use(problems({ log: testLog }))
  app.use(router.routes())
  const api = await listen(app)
  closers.push(api.close, issuer.close)

  async function call(authorization: string | undefined, path = '/me') {
    const response = await fetch(api.url + path, { headers: { ...(authorization && { authorization }) } })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> }
  }
  return {
    api,
    clock,
    issuer,
    verifications,
    call,
    send: (token: string, path?: string) => call(`Bearer ${token}`, path),
    present: async (changes: TokenChanges, path?: string) => call(`Bearer ${await issuer.accessToken(changes)}`, path),
  }
}

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof startApi>>['call']>>

function expectInvalidToken(answer: Answer, description: string) {
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toBe(`Bearer error="invalid_token", error_description="${description}"`)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body).toMatchObject({ type: '/docs/errors#invalid-token', status: 401, detail: description })
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a good token opens the route and is found in ctx.state (RFC 9068 section 4)', async () => {
  const { present } = await startApi()
  const answer = await present({ claims: { scope: 'project:read user:read', grant_id: 'g1', sid: 's1' } })
  expect(answer.status).toBe(200)
  expect(answer.body).toMatchObject({
    sub: 'alice',
    client_id: 'bookshop',
    aud: ['https://api.example'],
    scope: ['project:read', 'user:read'],
    grant_id: 'g1',
    sid: 's1',
  })
})

test('without a token the challenge has no error code (RFC 6750 section 3.1)', async () => {
  const { call } = await startApi()
  for (const authorization of [undefined, 'Basic YTpi', 'Bearerish x']) {
    const answer = await call(authorization)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(answer.body).toMatchObject({ type: '/docs/errors#unauthenticated', status: 401 })
  }
})

test('a token in the query is not looked at (RFC 6750 section 2.3, RFC 9700 section 4.3.2)', async () => {
  const { call, issuer } = await startApi()
  const answer = await call(undefined, `/me?access_token=${await issuer.accessToken()}`)
  expect(answer.headers.get('www-authenticate')).toBe('Bearer')
})

test('the scheme may be written in any case (RFC 9110 section 11.1)', async () => {
  const { call, issuer } = await startApi()
  const token = await issuer.accessToken()
  expect(await call(`bearer ${token}`)).toMatchObject({ status: 200 })
  expect(await call(`BEARER  ${token}`)).toMatchObject({ status: 200 })
})

test('two Authorization headers are refused, whichever is good (RFC 6750 section 3.1)', async () => {
  const { api, issuer } = await startApi()
  const good = `Bearer ${await issuer.accessToken()}`
  for (const pair of [
    [good, 'Bearer x'],
    ['Bearer x', good],
    ['Basic YTpi', good],
  ]) {
    const res = await rawGet(
      `${api.url}/me`,
      pair.flatMap((value) => ['Authorization', value]),
    )
    expect(res.statusCode).toBe(400)
    expect(res.headers['www-authenticate']).toBe('Bearer error="invalid_request"')
  }
})

/** Fetch would join the two headers into one. */
const rawGet = (url: string, headers: string[]) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    const req = request(url, { headers: ['Host', new URL(url).host, ...headers] }, (res) => resolve(res.resume()))
    req.on('error', reject)
    req.end()
  })

test('attack: garbage in place of a token is refused, never an error of ours', async () => {
  const { send } = await startApi()
  for (const token of [
    '',
    'x',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    '....',
    `${encoded([])}.e30.`,
    `${encoded(null)}.e30.AA`,
    'ö.ö.ö',
    'two words',
  ]) {
    expectInvalidToken(await send(Buffer.from(token).toString('latin1')), 'the token is malformed')
  }
})

test('attack: alg none (RFC 8725 section 2.1)', async () => {
  const { send, issuer } = await startApi()
  const [, payload] = (await issuer.accessToken()).split('.')
  for (const alg of ['none', 'None', 'nOnE']) {
    const header = encoded({ alg, typ: 'at+jwt', kid: issuer.answer.keys[0]?.kid })
    expectInvalidToken(await send(`${header}.${payload}.`), 'the signature algorithm is not accepted')
  }
})

test('attack: HS256 with the public key for a secret (RFC 8725 section 2.1)', async () => {
  const { send, issuer } = await startApi()
  const [, payload] = (await issuer.accessToken()).split('.')
  const [jwk] = issuer.answer.keys
  const signed = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: jwk?.kid })}.${payload}`
  for (const secret of [JSON.stringify(jwk), `${jwk?.x}`]) {
    const mac = createHmac('sha256', secret).update(signed).digest('base64url')
    expectInvalidToken(await send(`${signed}.${mac}`), 'the signature algorithm is not accepted')
  }
})

test('attack: claims changed after signing', async () => {
  const { send, issuer } = await startApi()
  const [header, payload = '', signature] = (await issuer.accessToken()).split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  expectInvalidToken(await send(`${header}.${encoded({ ...claims, sub: 'bob' })}.${signature}`), 'the signature is not valid')
})

test('attack: an ID token in place of an access token (RFC 9068 section 4, RFC 8725 section 3.11)', async () => {
  const { present } = await startApi()
  expectInvalidToken(await present({ header: { typ: 'JWT' } }), 'the token is not an access token')
  expectInvalidToken(await present({ header: { typ: undefined } }), 'the token is not an access token')
  expect(await present({ header: { typ: 'application/AT+JWT' } })).toMatchObject({ status: 200 })
})

test('attack: a key brought along in the header is not used (RFC 8725 section 3.10)', async () => {
  const { send, issuer, clock } = await startApi()
  const stranger = await startIssuer(clock)
  closers.push(stranger.close)
  const [ours] = issuer.answer.keys
  const [theirs] = stranger.answer.keys
  const header = { kid: ours?.kid, jwk: theirs, jku: stranger.jwks_uri }
  expectInvalidToken(
    await send(await stranger.accessToken({ claims: { iss: issuer.issuer }, header })),
    'the signature is not valid',
  )
  expect(stranger.fetches).toBe(0)
})

test('the issuer is compared to the letter (RFC 9068 section 4)', async () => {
  const { present, issuer } = await startApi()
  for (const iss of [`${issuer.issuer}/`, issuer.issuer.toUpperCase(), [issuer.issuer]]) {
    expectInvalidToken(await present({ claims: { iss } }), 'the iss claim is not accepted here')
  }
})

test.each([
  ['another issuer', { iss: 'https://evil.example' }, 'the iss claim is not accepted here'],
  ['another audience', { aud: 'https://other.example' }, 'the aud claim is not accepted here'],
  ['other audiences', { aud: ['https://other.example'] }, 'the aud claim is not accepted here'],
  ['no subject', { sub: undefined }, 'the sub claim is missing'],
  ['an empty subject', { sub: '' }, 'the sub claim is malformed'],
  ['a subject that is no text', { sub: 7 }, 'the sub claim is malformed'],
  ['no client', { client_id: undefined }, 'the client_id claim is missing'],
  ['no time of issue', { iat: undefined }, 'the iat claim is missing'],
  ['no name', { jti: undefined }, 'the jti claim is missing'],
  ['no expiry', { exp: undefined }, 'the exp claim is missing'],
  ['no audience', { aud: undefined }, 'the aud claim is missing'],
  ['a scope that is a list', { scope: ['project:read'] }, 'the scope claim is malformed'],
  ['a key binding', { cnf: { jkt: 'x' } }, 'the token is bound to a key, which is not checked here'],
])('a token with %s is refused (RFC 9068 sections 2.2 and 4)', async (_, claims, description) => {
  const { present } = await startApi()
  expectInvalidToken(await present({ claims }), description)
})

test('one of several audiences suffices (RFC 7519 section 4.1.3)', async () => {
  const { present } = await startApi()
  expect(await present({ claims: { aud: ['https://other.example', 'https://api.example'] } })).toMatchObject({ status: 200 })
})

test('times are checked with 5 seconds of leeway (RFC 7519 sections 4.1.4 and 4.1.5)', async () => {
  const { present, clock } = await startApi()
  const now = clock.now() / 1000
  expect(await present({ claims: { exp: now - 4 } })).toMatchObject({ status: 200 })
  expectInvalidToken(await present({ claims: { exp: now - 5 } }), 'the token has expired')
  expect(await present({ claims: { nbf: now + 5 } })).toMatchObject({ status: 200 })
  expectInvalidToken(await present({ claims: { nbf: now + 6 } }), 'the nbf claim is not accepted here')
  expect(await present({ claims: { iat: now + 5 } })).toMatchObject({ status: 200 })
  expectInvalidToken(await present({ claims: { iat: now + 6 } }), 'the token was issued in the future')
})

test('of a clock that is wrong the log tells by how many seconds, once a minute however many tokens come', async () => {
  const lines: object[] = []
  const log = createLog({ service: 'x', level: 'warn', destination: { write: (line) => void lines.push(JSON.parse(line)) } })
  const { present, clock } = await startApi({ log })
  const ahead = (by: number) => present({ claims: { iat: Math.floor(clock.now() / 1000) + by } })
  for (const by of [4, 5]) await ahead(by)
  expect(lines).toEqual([])
  for (let i = 0; i < 3; i++) await ahead(60)
  expect(lines).toMatchObject([
    { secondsAhead: 60, msg: 'tokens are refused: the clock of auth is 60 s ahead of the clock here' },
  ])
  clock.advance(60_000)
  await ahead(60)
  expect(lines).toHaveLength(2)
})

test('a token that auth did not sign says nothing about clocks', async () => {
  const lines: string[] = []
  const log = createLog({ service: 'x', level: 'warn', destination: { write: (line) => void lines.push(line) } })
  const { send, issuer, clock } = await startApi({ log })
  const [header, payload] = (await issuer.accessToken({ claims: { iat: Math.floor(clock.now() / 1000) + 60 } })).split('.')
  expectInvalidToken(await send(`${header}.${payload}.${'A'.repeat(86)}`), 'the signature is not valid')
  expect(lines).toEqual([])
})

test('a token is verified once while its key stays, another token is another', async () => {
  const { send, issuer, verifications } = await startApi()
  const tokens = [await issuer.accessToken(), await issuer.accessToken()]
  for (const token of [...tokens, ...tokens]) expect(await send(token)).toMatchObject({ status: 200 })
  expect(verifications).toHaveLength(2)
})

test('a remembered token expires all the same', async () => {
  const { send, issuer, clock } = await startApi()
  const token = await issuer.accessToken()
  expect(await send(token)).toMatchObject({ status: 200 })
  clock.advance(604_000)
  expect(await send(token)).toMatchObject({ status: 200 })
  clock.advance(1000)
  expectInvalidToken(await send(token), 'the token has expired')
})

test('a remembered token is forgotten with its key', async () => {
  const { send, issuer, clock } = await startApi()
  const old = await issuer.accessToken({ claims: { exp: clock.now() / 1000 + 3600 } })
  expect(await send(old)).toMatchObject({ status: 200 })
  await issuer.addKey()
  issuer.answer.keys.shift()
  expect(await send(old)).toMatchObject({ status: 200 })
  clock.advance(600_000)
  expectInvalidToken(await send(old), 'the signing key is not known')
})

test('a revoked token is refused, also one that passed before', async () => {
  const revoked = new Set<string>()
  const { send, issuer } = await startApi({ revoked: (token: AccessToken) => revoked.has(token.jti) })
  const token = await issuer.accessToken({ claims: { jti: 't1' } })
  expect(await send(token)).toMatchObject({ status: 200 })
  revoked.add('t1')
  expectInvalidToken(await send(token), 'the token was revoked')
})

test('a route that needs scopes names them all in its refusal (RFC 6750 section 3.1)', async () => {
  const { present } = await startApi()
  const answer = await present({ claims: { scope: 'project:read project:write:all' } }, '/projects')
  expect(answer.status).toBe(403)
  expect(answer.headers.get('www-authenticate')).toBe(
    'Bearer error="insufficient_scope", error_description="the token lacks a scope", scope="project:read project:write"',
  )
  expect(answer.body).toMatchObject({ type: '/docs/errors#insufficient-scope' })
  expect(await present({ claims: { scope: undefined } }, '/projects')).toMatchObject({ status: 403 })
})

test('RS256 is verified too (RFC 9068 section 2.1)', async () => {
  const { present, issuer } = await startApi()
  await issuer.addKey('RS256')
  expect(await present({})).toMatchObject({ status: 200 })
})

test('attack: a token that names the key of another algorithm', async () => {
  const { send, issuer } = await startApi()
  const ecKey = issuer.answer.keys[0]?.kid
  await issuer.addKey('RS256')
  expectInvalidToken(await send(await issuer.accessToken({ header: { kid: ecKey } })), 'the signing key is not known')
})

test('a token must name its key', async () => {
  const { present } = await startApi()
  expectInvalidToken(await present({ header: { kid: undefined } }), 'the token does not name its signing key')
})

test('attack: a storm of unknown keys causes one fetch in a cooldown', async () => {
  const { present, issuer, clock } = await startApi()
  expect(await present({})).toMatchObject({ status: 200 })
  const storm = () => Promise.all(Array.from({ length: 50 }, (_, i) => present({ header: { kid: `unknown-${i}` } })))
  clock.advance(30_000)
  for (const answer of [...(await storm()), ...(await storm())]) expectInvalidToken(answer, 'the signing key is not known')
  expect(issuer.fetches).toBe(2)
})

test('when the keys were never fetched the answer is 503, not 401: the token may be good (RFC 9110 section 15.6.4)', async () => {
  const { present, issuer, clock } = await startApi()
  issuer.answer.status = 500
  const answer = await present({})
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('5')
  expect(answer.body).toMatchObject({ type: '/docs/errors#unavailable', detail: 'tokens cannot be verified right now' })

  issuer.answer.status = 200
  clock.advance(1000)
  expect(await present({})).toMatchObject({ status: 200 })
})
