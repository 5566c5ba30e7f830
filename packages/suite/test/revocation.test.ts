import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startTestSuite } from '../../../test/support/suite.ts'
import { demoDocument } from '../src/demo-clients.ts'
import type { Suite } from '../src/start-suite.ts'

let suite: Suite
beforeAll(async () => {
  suite = await startTestSuite('sqlite::memory:')
}, 60_000)
afterAll(() => suite.stop())

const post = async (path: string, form: Record<string, string>) => {
  const response = await fetch(`${suite.addresses.issuer}${path}`, { method: 'POST', body: new URLSearchParams(form) })
  return { status: response.status, text: await response.text() }
}

async function signIn(): Promise<string> {
  const [alice] = demoDocument(suite.addresses).users
  const form = { grant_type: 'password', client_id: 'mobile-app', username: 'alice', password: alice?.password ?? '' }
  return JSON.parse((await post('/oauth2/token', form)).text).access_token
}

test('a token that was revoked a moment ago opens nothing at any API, another one of the person does', async () => {
  const { userApi, projectApi, openApi } = suite.addresses
  const places = [`${userApi}/users/me`, `${projectApi}/projects`, `${openApi}/v1/learning/summary`]
  const ask = async (token: string) => {
    const answers = await Promise.all(places.map((place) => fetch(place, { headers: { authorization: `Bearer ${token}` } })))
    return answers.map((answer) => [answer.status, answer.headers.get('www-authenticate')])
  }
  const [revoked, other] = [await signIn(), await signIn()]
  expect(await ask(revoked)).toEqual(places.map(() => [200, null]))
  expect((await post('/oauth2/revoke', { token: revoked, client_id: 'mobile-app' })).status).toBe(200)
  let answers = await ask(revoked)
  for (const deadline = Date.now() + 2000; process.env['TEST_PROCESSES'] && Date.now() < deadline; answers = await ask(revoked))
    if (answers.every(([status]) => status === 401)) break
  expect(answers).toEqual(places.map(() => [401, 'Bearer error="invalid_token", error_description="the token was revoked"']))
  expect(await ask(other)).toEqual(places.map(() => [200, null]))
})
