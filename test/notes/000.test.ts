import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { onMongo } from '@menshen/shared/testing/databases'
import { paramsOf, register } from '../../services/auth/test/support/authorize.ts'
import { alice, library, reader, reportJob, type TestClient } from '../../services/auth/test/support/people.ts'
import { challengeFor, startAuth, type TestAuth } from '../../services/auth/test/support/start-auth.ts'
import { agree, asking, codeAt } from '../support/note.ts'

const client: TestClient = { ...library, client_id: 'clientId', client_name: 'Client', scope: 'openid profile learning:read' }
const [redirect_uri = ''] = client.redirect_uris
const verifier = 'v'.repeat(43)

/** What the student wrote, sentence by sentence, and what is so. */
function noteOn(driver: string, freshUrl: () => string): void {
  describe(`note 000 on ${driver}`, () => {
    let auth: TestAuth
    beforeAll(async () => {
      auth = await startAuth({ databaseUrl: freshUrl() })
      await register(auth, client)
    })
    afterAll(() => auth.stop())

    const asked = {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri,
      state: 'a random value',
      scope: 'openid profile',
    }
    const authorize = (more: Record<string, string | undefined> = {}) =>
      auth.get(asking('/oauth2/authorize', { ...asked, ...more }).path)
    const code = () => codeAt(auth, asking('/oauth2/authorize', asked), client)
    const redeem = (form: Record<string, string>) => auth.token(client, { grant_type: 'authorization_code', ...form })

    describe('the client asks', () => {
      test('with client_id, where the student wrote clientId: that name nobody knows', async () => {
        const { status, body } = await auth.get(
          asking('/oauth2/authorize', { clientId: 'clientId', state: 's', redirect_uri }).path,
        )
        expect([status, body]).toEqual([400, expect.stringContaining('client_id is missing')])
        expect((await authorize()).status).toBe(303)
      })

      test('with a fourth parameter that the student left out: response_type', async () => {
        const { headers } = await authorize({ response_type: undefined })
        expect(paramsOf(headers.get('location'))).toMatchObject({ error: 'invalid_request', state: 'a random value' })
      })
    })

    describe('the server', () => {
      test('checks client_id and redirect_uri against what was registered, before it shows a page to sign in on', async () => {
        for (const wrong of [{ client_id: 'another' }, { redirect_uri: `${redirect_uri}/other` }]) {
          const { status, headers, body } = await authorize(wrong)
          expect([status, headers.get('location')]).toEqual([400, null])
          expect(body).not.toContain('name="password"')
        }
      })

      test('does not check state, which only the client can: it sends back what came, with a code and with an error alike', async () => {
        for (const state of ['a random value', 'one that an attacker chose']) {
          const answer = await agree(auth, asking('/oauth2/authorize', { ...asked, state }), client)
          expect(answer.searchParams.get('state')).toBe(state)
          expect(paramsOf((await authorize({ state, prompt: 'none' })).headers.get('location'))).toMatchObject({
            error: 'login_required',
            state,
          })
        }
      })

      test('lets the person sign in and agree, and only then sends code and state to redirect_uri', async () => {
        const browser = createBrowser()
        await browser.get(auth.url + asking('/oauth2/authorize', { ...asked, prompt: 'consent' }).path)
        await browser.follow(redirect_uri)
        expect(browser.page.url).toMatch(/\/sign-in$/)
        auth.clock.advance(1000)
        await browser.submit({ username: alice.username, password: alice.password }, 'password')
        await browser.follow(redirect_uri)
        expect(browser.page.url).toMatch(/\/consent$/)
        await browser.submit({ decision: 'allow' }, 'decision')
        const { location = '' } = await browser.follow(redirect_uri)
        expect(location.startsWith(`${redirect_uri}?code=`)).toBe(true)
        expect(paramsOf(location)).toMatchObject({ state: 'a random value' })
      })
    })

    describe('the client trades the code', () => {
      test('at /oauth2/token, by POST: oauth/token is no address here', async () => {
        expect((await auth.post('/oauth/token', {})).status).toBe(404)
        expect((await auth.get('/oauth2/token')).status).toBe(405)
      })

      test('with code, client_id and client_secret, and with grant_type and the same redirect_uri, which the student left out', async () => {
        const sent = await code()
        expect(await auth.token(client, { code: sent, redirect_uri })).toMatchObject({
          status: 400,
          body: { error: 'invalid_request' },
        })
        expect(await redeem({ code: sent })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
        expect(await redeem({ code: sent, redirect_uri })).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
      })

      test('and asks for the person with the token', async () => {
        const { body } = await redeem({ code: await code(), redirect_uri })
        const userinfo = await auth.get('/oauth2/userinfo', { authorization: `Bearer ${body.access_token}` })
        expect(userinfo).toMatchObject({ status: 200, body: { name: 'Alice Liu' } })
        expect((await auth.get('/oauth2/userinfo')).status).toBe(401)
      })
    })

    describe('what it is for', () => {
      test('not for proving who the client is: one that only did so is told of no person', async () => {
        const { body } = await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'learning:read' })
        expect((await auth.get('/oauth2/userinfo', { authorization: `Bearer ${body.access_token}` })).status).not.toBe(200)
      })

      test('a client that can prove nothing gets what the person agreed to, as it holds the verifier of its request', async () => {
        const approved = await auth.approve(alice, { client: reader })
        expect(await auth.redeem(reader, approved)).toMatchObject({ status: 200 })
      })

      test('that it is the same client all along: the code by its id, and by PKCE the very request', async () => {
        const stolen = await code()
        expect(await auth.redeem({ ...library, redirect_uris: [redirect_uri] }, { code: stolen, verifier: '' })).toMatchObject({
          status: 400,
        })
        const bound = await codeAt(auth, asking('/oauth2/authorize', { ...asked, ...challengeFor(verifier) }), client)
        expect(await redeem({ code: bound, redirect_uri })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
        expect(await redeem({ code: bound, redirect_uri, code_verifier: verifier })).toMatchObject({ status: 200 })
      })
    })

    test('a single-page app need not stand apart: its scripts may read the tokens from the origin that it registered, no others', async () => {
      const origin = new URL(reader.redirect_uris[0] ?? '').origin
      const allowed = async (from: string) =>
        (await auth.post('/oauth2/token', { grant_type: 'x', client_id: reader.client_id }, { origin: from })).headers.get(
          'access-control-allow-origin',
        )
      expect([await allowed(origin), await allowed('https://evil.example')]).toEqual([origin, null])
    })
  })
}

noteOn('SQLite', () => 'sqlite::memory:')
onMongo('note 000', (freshUrl) => noteOn('MongoDB', freshUrl))
