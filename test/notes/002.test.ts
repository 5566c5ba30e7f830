import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { demoDocument } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import { basic } from '../../services/auth/test/support/people.ts'
import { challengeFor } from '../../services/auth/test/support/start-auth.ts'
import { agreeInDemo, ask, asking, form, type Told } from '../support/note.ts'
import { startTestSuite } from '../support/suite.ts'

const code_verifier = 'v'.repeat(43)
const alice = { username: 'alice', password: 'alice-demo-password-8060' }
const learned = '/v1/learning/summary'

/** The story that the note tells: user_api, project_api, open_api, one login for all. */
function noteOn(driver: string, freshUrl: () => string): void {
  describe(`note 002 on ${driver}`, () => {
    let suite: Suite
    beforeAll(async () => {
      suite = await startTestSuite(freshUrl())
    }, 60_000)
    afterAll(() => suite.stop())

    const appOf = (client_id: string) => {
      const found = demoDocument(suite.addresses).clients.find((client) => client.client_id === client_id)
      if (!found) throw new Error(`no ${client_id} in the demo`)
      const [redirect_uri = ''] = 'redirect_uris' in found ? found.redirect_uris : []
      return { client_secret: '', ...found, redirect_uri }
    }
    const authorizeUrl = (client_id: string, more: Record<string, string> = {}) => {
      const { redirect_uri, scope } = appOf(client_id)
      const asked = { response_type: 'code', client_id, redirect_uri, scope, state: 'xyz', ...challengeFor(code_verifier) }
      return suite.addresses.issuer + asking('/oauth2/authorize', { ...asked, ...more }).path
    }
    const token = (params: Record<string, string>, headers: Record<string, string> = {}) =>
      ask(`${suite.addresses.issuer}/oauth2/token`, {
        method: 'POST',
        body: form(params),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })
    const asItself = (client_id: string) => ({ authorization: basic(client_id, appOf(client_id).client_secret) })
    const redeem = (client_id: string, answer: URL) => {
      const { redirect_uri } = appOf(client_id)
      const code = answer.searchParams.get('code') ?? ''
      return token({ grant_type: 'authorization_code', code, redirect_uri, code_verifier }, asItself(client_id))
    }
    const byPassword = (client_id: string, headers: Record<string, string> = {}) =>
      token({ grant_type: 'password', client_id, ...alice }, headers)
    const get = (address: string, access_token?: string): Promise<Told> =>
      ask(address, { headers: access_token ? { authorization: `Bearer ${access_token}` } : {} })
    const apis = () => {
      const { userApi, projectApi, openApi } = suite.addresses
      return [`${userApi}/users/me`, `${projectApi}/projects`, openApi + learned]
    }

    describe('our own apps', () => {
      test('each API stands alone and gives 401 without a token: the login is a system of its own', async () => {
        expect((await Promise.all(apis().map((address) => get(address)))).map(({ status }) => status)).toEqual([401, 401, 401])
      })

      test('the app on a phone asks the login first, by name and password, and its token opens each API that it is for', async () => {
        const { body } = await byPassword('mobile-app')
        expect((await Promise.all(apis().map((address) => get(address, body.access_token)))).map(({ status }) => status)).toEqual(
          [200, 200, 200],
        )
      })

      test('two web modules share one sign-in: who signed in for the project centre is in the talent centre without a page', async () => {
        const browser = createBrowser()
        const first = await agreeInDemo(authorizeUrl('project-center'), appOf('project-center').redirect_uri, browser)
        expect(first.searchParams.has('code')).toBe(true)
        const { location = '' } = await browser.get(authorizeUrl('talent-center'))
        expect(location.startsWith(appOf('talent-center').redirect_uri)).toBe(true)
        expect(await redeem('talent-center', new URL(location))).toMatchObject({ status: 200 })
      })

      test('they use the code, not the password as the note has it: a web module never sees one', async () => {
        expect(await byPassword('project-center', asItself('project-center'))).toMatchObject({
          status: 400,
          body: { error: 'unauthorized_client' },
        })
      })
    })

    describe('the site of somebody else', () => {
      test('it may not take names and passwords, as it could write them down', async () => {
        const { status, body } = await byPassword('third-party-site', asItself('third-party-site'))
        expect([status, body.error]).toEqual([400, 'unauthorized_client'])
      })

      test('with its secret alone it learns nothing of a person: no one has agreed', async () => {
        const own = await token({ grant_type: 'client_credentials' }, asItself('third-party-site'))
        expect(own).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } })
        const server = await token({ grant_type: 'client_credentials', scope: 'learning:read' }, asItself('report-job'))
        expect((await get(suite.addresses.openApi + learned, server.body.access_token)).status).toBe(403)
      })

      test('steps one to four: the person agrees, the code comes back, its server trades it, open_api tells what was learned', async () => {
        const { redirect_uri } = appOf('third-party-site')
        const answer = await agreeInDemo(authorizeUrl('third-party-site'), redirect_uri)
        expect(answer.origin + answer.pathname).toBe(redirect_uri)
        const { status, body } = await redeem('third-party-site', answer)
        expect(status).toBe(200)
        expect((await get(suite.addresses.openApi + learned, body.access_token)).status).toBe(200)
        expect((await get(`${suite.addresses.userApi}/users/me`, body.access_token)).status).toBe(401)
      })

      test('who does not agree is sent back without a code', async () => {
        const browser = createBrowser()
        const { redirect_uri } = appOf('third-party-site')
        await browser.get(authorizeUrl('third-party-site', { prompt: 'consent' }))
        await browser.follow(redirect_uri)
        await browser.submit(alice, 'password')
        await browser.follow(redirect_uri)
        await browser.submit({ decision: 'deny' }, 'decision')
        const { searchParams } = new URL((await browser.follow(redirect_uri)).location ?? '')
        expect([searchParams.get('error'), searchParams.get('state'), searchParams.has('code')]).toEqual([
          'access_denied',
          'xyz',
          false,
        ])
      })
    })

    describe('explicit and implicit, as the note calls them', () => {
      test('implicit: who is signed in and agreed before is sent straight on', async () => {
        const browser = createBrowser()
        const { redirect_uri } = appOf('third-party-site')
        await agreeInDemo(authorizeUrl('third-party-site'), redirect_uri, browser)
        const { location = '' } = await browser.get(authorizeUrl('third-party-site'))
        expect(new URL(location).searchParams.has('code')).toBe(true)
      })

      test('explicit: an app that wants it has the person sign in and agree each time', async () => {
        const browser = createBrowser()
        const { redirect_uri } = appOf('third-party-site')
        await agreeInDemo(authorizeUrl('third-party-site'), redirect_uri, browser)
        await browser.get(authorizeUrl('third-party-site', { prompt: 'login consent' }))
        expect((await browser.follow(redirect_uri)).url).toMatch(/\/sign-in/)
      })
    })
  })
}

noteOn('SQLite', () => testSqliteUrl().replace('/test.db', ''))
onMongo('note 002', (freshUrl) => noteOn('MongoDB', freshUrl))
