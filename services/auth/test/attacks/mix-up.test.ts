import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { alice, bookshop } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'

/** An app with several logins is led to send the code of one to another (RFC 9700 section 4.4). */
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

test('an answer is passed off as that of another server: each names its issuer, code or error, in every response mode (RFC 9207 section 2)', async () => {
  const { response_modes_supported: modes, ...metadata } = (await auth.get('/.well-known/oauth-authorization-server')).body
  expect(metadata).toMatchObject({ issuer: auth.url, authorization_response_iss_parameter_supported: true })
  expect((await auth.approve(alice, { client: bookshop })).params).toMatchObject({ code: expect.any(String), iss: auth.url })
  for (const response_mode of modes) {
    const { headers, body } = await auth.get(
      auth.authorizeUrl(bookshop, { prompt: 'none', response_mode }).slice(auth.url.length),
    )
    const answer = `${headers.get('location')} ${body}`
    expect(answer).toContain('login_required')
    expect(answer).toMatch(new RegExp(`iss=${encodeURIComponent(auth.url)}|name="iss" value="${auth.url}"`))
  }
})
