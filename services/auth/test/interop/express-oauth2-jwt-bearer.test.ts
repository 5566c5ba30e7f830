import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Listening, listen } from '@menshen/shared/testing/http'
import express from 'express'
import { auth as bearer, requiredScopes } from 'express-oauth2-jwt-bearer'
import { alice, bookshop, openApi, projectCenter, reportJob } from '../support/people.ts'
import type { TestAuth } from '../support/start-auth.ts'
import { startStory } from '../support/story.ts'

let auth: TestAuth
let api: Listening
beforeAll(async () => {
  auth = await startStory(bookshop)
  const app = express()
  app.set('env', 'test') // express would print what it refuses
  app.get(
    '/learning',
    bearer({ issuerBaseURL: auth.url, audience: openApi.resource, tokenSigningAlg: 'ES256', strict: true }),
    requiredScopes('learning:read'),
    (req, res) => {
      res.json(req.auth?.payload)
    },
  )
  api = await listen({ callback: () => app })
}, 30_000)
afterAll(async () => {
  await api.close()
  await auth.stop()
})

async function learning(token: string) {
  const response = await fetch(`${api.url}/learning`, { headers: { authorization: `Bearer ${token}` } })
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate'),
    body: response.ok ? await response.json() : undefined,
  }
}

test('express-oauth2-jwt-bearer, strict, lets in a token of a person and one of a server (RFC 9068 section 4)', async () => {
  const person = (await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))).body
  expect(await learning(person.access_token)).toMatchObject({
    status: 200,
    body: { sub: alice.sub, client_id: 'bookshop', iss: auth.url, aud: expect.arrayContaining([openApi.resource]) },
  })
  const server = (await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'learning:read' })).body
  expect(await learning(server.access_token)).toMatchObject({ status: 200, body: { sub: 'report-job' } })
})

test("it refuses an ID token, another API's token and one whose signature is another's, by 401 (RFC 6750 section 3)", async () => {
  const { id_token } = (await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))).body
  const { access_token: others } = (
    await auth.redeem(projectCenter, await auth.approve(alice, { client: projectCenter, scope: 'project:read' }))
  ).body
  const { access_token: job } = (await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'learning:read' })).body
  const forged = [...job.split('.').slice(0, 2), others.split('.')[2]].join('.')
  for (const token of [id_token, others, forged]) {
    expect(await learning(token)).toMatchObject({ status: 401, challenge: expect.stringContaining('error="invalid_token"') })
  }
})

test('it answers 403 to a token for this API that lacks the scope (RFC 6750 section 3.1)', async () => {
  const { access_token } = (
    await auth.token(reportJob, { grant_type: 'client_credentials', scope: 'user:list', resource: openApi.resource })
  ).body
  expect(access_token).toBeUndefined() // auth gives no token for an API that none of its scopes belong to
  const { access_token: writing } = await writingToken()
  expect(await learning(writing)).toMatchObject({
    status: 403,
    challenge: expect.stringContaining('error="insufficient_scope"'),
  })
})

async function writingToken() {
  await auth.setClient(reportJob, { scope: 'learning:write' })
  return (await auth.token(reportJob, { grant_type: 'client_credentials' })).body
}
