import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { UnsecuredJWT } from 'jose'
import { challengeFor } from '../support/start-auth.ts'
import { callback, client, client2, person, postClient } from './guide.ts'
import { responseModes, type Suite, startConformance } from './suite.ts'

const plans = { query: 'oidcc-basic-certification-test-plan', form_post: 'oidcc-formpost-basic-certification-test-plan' }
const { sub, claims: known } = person

describe.each(responseModes.map((mode) => [plans[mode], mode] as const))('%s', (_, mode) => {
  let suite: Suite
  beforeAll(async () => {
    suite = await startConformance(mode)
  }, 30_000)
  afterAll(() => suite.auth.stop())

  test('oidcc-server: sign-in, code, tokens, a valid ID token, userinfo of the same person', async () => {
    const { tokens } = await suite.signIn()
    expect(tokens.claims.sub).toBe(sub)
    expect((await suite.userinfo(tokens)).body).toEqual({ sub })
  })

  test('oidcc-response-type-missing: an error, and no code', async () => {
    const { answer, sent } = await suite.visit({ params: { response_type: '' } })
    expect(answer).toMatchObject({ error: 'invalid_request', state: sent['state'] })
    expect(answer).not.toHaveProperty('code')
  })

  describe('userinfo', () => {
    const path = '/oauth2/userinfo'
    test('oidcc-userinfo-get', async () => {
      const { tokens } = await suite.signIn()
      const { headers, body } = await suite.userinfo(tokens)
      expect(headers.get('content-type')).toMatch(/^application\/json/)
      expect(body.sub).toBe(sub)
    })

    test('oidcc-userinfo-post-header', async () => {
      const { access_token } = (await suite.signIn()).tokens
      const answer = await suite.auth.post(path, {}, { authorization: `Bearer ${access_token}` })
      expect(answer).toMatchObject({ status: 200, body: { sub } })
    })

    test('oidcc-userinfo-post-body', async () => {
      const { access_token } = (await suite.signIn()).tokens
      expect(await suite.auth.post(path, { access_token })).toMatchObject({ status: 200, body: { sub } })
    })
  })

  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow: and the ID token has none', async () => {
    const { tokens } = await suite.signIn({ params: { nonce: '' } })
    expect(tokens.claims).not.toHaveProperty('nonce')
  })

  describe('scopes', () => {
    const { email, email_verified, phone_number, phone_number_verified, address, ...profile } = known
    const given = {
      profile: profile,
      email: { email, email_verified },
      address: { address },
      phone: { phone_number, phone_number_verified },
    }
    test.each(Object.entries(given))('oidcc-scope-%s: its claims at userinfo, and no others', async (name, claims) => {
      const { tokens } = await suite.signIn({ params: { scope: `openid ${name}` } })
      expect((await suite.userinfo(tokens)).body).toEqual({ sub, ...claims })
    })

    test.each([
      ['oidcc-scope-all', 'openid profile email address phone'],
      ['oidcc-ensure-other-scope-order-succeeds', 'phone address email profile openid'],
    ])('%s: all the claims, in any order', async (_, scope) => {
      const { tokens } = await suite.signIn({ params: { scope } })
      expect((await suite.userinfo(tokens)).body).toEqual({ sub, ...known })
    })
  })

  test.each([
    ['oidcc-display-page', { display: 'page' }],
    ['oidcc-display-popup', { display: 'popup' }],
    ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
    ['oidcc-login-hint', { login_hint: 'buffy@menshen.example' }],
    ['oidcc-ui-locales', { ui_locales: 'se' }],
    ['oidcc-claims-locales', { claims_locales: 'se' }],
    ['oidcc-ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
  ])('%s: the request succeeds with a page to sign in on', async (_, params) => {
    const { pages, tokens } = await suite.signIn({ params: params as Record<string, string> })
    expect(pages[0]).toBe('sign-in')
    expect(tokens.claims['acr']).toEqual(expect.any(String))
  })

  describe('signing in again, or not', () => {
    test('oidcc-prompt-login: a page to sign in on once more, and a later auth_time', async () => {
      const { browser, tokens } = await suite.signIn()
      suite.auth.clock.advance(2000)
      const again = await suite.signIn({ browser, params: { prompt: 'login' } })
      expect(again.pages).toContain('sign-in')
      expect(again.tokens.claims.sub).toBe(tokens.claims.sub)
      expect(again.tokens.claims['auth_time']).toBeGreaterThan(Number(tokens.claims['auth_time']))
    })

    test('oidcc-prompt-none-not-logged-in: login_required', async () => {
      const { answer, pages, sent } = await suite.visit({ params: { prompt: 'none' } })
      expect({ answer, pages }).toMatchObject({ answer: { error: 'login_required', state: sent['state'] }, pages: [] })
    })

    test('oidcc-prompt-none-logged-in: no page, the same person and auth_time', async () => {
      const { browser, tokens } = await suite.signIn()
      suite.auth.clock.advance(2000)
      const again = await suite.signIn({ browser, params: { prompt: 'none' } })
      expect(again.pages).toEqual([])
      expect(again.tokens.claims).toMatchObject({ sub: tokens.claims.sub, auth_time: tokens.claims['auth_time'] })
    })

    test('oidcc-max-age-1: after two seconds a page to sign in on, and a later auth_time', async () => {
      const { browser, tokens } = await suite.signIn()
      suite.auth.clock.advance(2000)
      const again = await suite.signIn({ browser, params: { max_age: '1' } })
      expect(again.pages).toContain('sign-in')
      expect(again.tokens.claims['auth_time']).toBeGreaterThan(Number(tokens.claims['auth_time']))
    })

    test('oidcc-max-age-10000: no page, and the auth_time of the sign-in', async () => {
      const { browser, tokens } = await suite.signIn()
      suite.auth.clock.advance(2000)
      const again = await suite.signIn({ browser, params: { max_age: '10000' } })
      expect(again.pages).toEqual([])
      expect(again.tokens.claims['auth_time']).toBe(tokens.claims['auth_time'])
    })

    test('oidcc-id-token-hint: prompt=none succeeds for the person of the hint', async () => {
      const { browser, tokens } = await suite.signIn()
      const again = await suite.signIn({ browser, params: { prompt: 'none', id_token_hint: tokens.id_token } })
      expect(again.pages).toEqual([])
      expect(again.tokens.claims.sub).toBe(tokens.claims.sub)
    })
  })

  test.each([
    ['oidcc-codereuse', 0],
    ['oidcc-codereuse-30seconds', 30_000],
  ])('%s: the second use is refused, and what the first gave is worth nothing any more', async (_, wait) => {
    const visited = await suite.visit()
    const tokens = await suite.redeem(visited)
    suite.auth.clock.advance(wait)
    const again = await suite.exchange(visited.answer?.['code'] ?? '')
    expect(again).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await suite.userinfo(tokens)).status).toBe(401)
  })

  test('oidcc-ensure-registered-redirect-uri: an error page, no redirect', async () => {
    const { answer, page } = await suite.visit({ params: { redirect_uri: `${callback}/unregistered` } })
    expect(answer).toBeUndefined()
    expect({ status: page.status, location: page.location }).toEqual({ status: 400, location: undefined })
  })

  test('oidcc-ensure-post-request-succeeds', async () => {
    const { tokens } = await suite.signIn({ method: 'post' })
    expect(tokens.claims.sub).toBe(sub)
  })

  test('oidcc-server-client-secret-post', async () => {
    const { tokens } = await suite.signIn({ client: postClient })
    expect(tokens.claims.sub).toBe(sub)
  })

  describe('request objects are refused as unsupported, not passed over', () => {
    const request = (claims: Record<string, string>) => new UnsecuredJWT({ response_type: 'code', ...claims }).encode()
    test('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported', async () => {
      const { answer, sent } = await suite.visit({ params: { request: request({ state: 'of the object' }) } })
      expect(answer).toMatchObject({ error: 'request_not_supported', state: sent['state'] })
    })

    test('oidcc-ensure-request-object-with-redirect-uri: one that is not registered is never redirected to', async () => {
      const { answer } = await suite.visit({ params: { request: request({ redirect_uri: `${callback}/other` }) } })
      expect(answer).toMatchObject({ error: 'request_not_supported' })
      const outside = { redirect_uri: `${callback}/other`, request: request({ redirect_uri: callback }) }
      expect((await suite.visit({ params: outside })).page.status).toBe(400)
    })
  })

  test('oidcc-claims-essential: the claim comes at userinfo, without its scope', async () => {
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
    const { tokens } = await suite.signIn({ params: { claims } })
    expect((await suite.userinfo(tokens)).body).toEqual({ sub, name: known['name'] })
  })

  test('oidcc-refresh-token: for this client only; the new ID token is of the same sign-in', async () => {
    const { tokens } = await suite.signIn({ params: { scope: 'openid offline_access', prompt: 'consent' } })
    const { status, body } = await suite.refresh(tokens.refresh_token)
    expect(status).toBe(200)
    expect(body.access_token).not.toBe(tokens.access_token)
    const { iss, aud, auth_time } = tokens.claims
    const claims = await suite.verified(body, client)
    expect(claims).toMatchObject({ iss, sub, aud, auth_time })
    expect([undefined, tokens.claims['nonce']]).toContain(claims['nonce'])
    expect((await suite.userinfo(body)).body).toMatchObject({ sub })

    const strangers = await suite.refresh(body.refresh_token, client2)
    expect(strangers).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await suite.refresh(body.refresh_token)).status).toBe(200)
  })

  test('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
    const code_verifier = 'v'.repeat(43)
    const { answer } = await suite.visit({ browser: createBrowser(), params: challengeFor(code_verifier) })
    const form = { grant_type: 'authorization_code', code: answer?.['code'] ?? '', redirect_uri: callback, code_verifier }
    expect(await suite.auth.token(client, form)).toMatchObject({ status: 200 })
  })
})
