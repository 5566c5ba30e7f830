import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { paramsOf } from '../support/authorize.ts'
import { alice, bookshop, library, reader } from '../support/people.ts'
import { type Answer, startAuth, type TestAuth } from '../support/start-auth.ts'

/** What somebody can do who saw a code, or can put one of their own into another's way. */
let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const refused = { status: 400, body: { error: 'invalid_grant' } }
const expectRefused = (answers: Answer[]) => expect(answers).toMatchObject(answers.map(() => refused))

test('a code is replayed: all that its first use gave ends (RFC 6749 section 4.1.2)', async () => {
  const approved = await auth.approve(alice, { client: bookshop })
  const first = await auth.redeem(bookshop, approved)
  expect(first).toMatchObject({ status: 200 })
  expectRefused([await auth.redeem(bookshop, approved)])
  expectRefused([await auth.refresh(bookshop, first.body.refresh_token)])
})

test('a code is replayed weeks later: the same (RFC 9700 section 4.5)', async () => {
  const approved = await auth.approve(alice, { client: bookshop })
  const { refresh_token } = (await auth.redeem(bookshop, approved)).body
  auth.clock.advance(20 * 86_400_000)
  expectRefused([await auth.redeem(bookshop, approved)])
  expectRefused([await auth.refresh(bookshop, refresh_token)])
})

test('a code is redeemed twenty times at once: one wins at most, and its Grant ends', async () => {
  const approved = await auth.approve(alice, { client: bookshop })
  const answers = await Promise.all(Array.from({ length: 20 }, () => auth.redeem(bookshop, approved)))
  const won = answers.filter(({ status }) => status === 200)
  expect(won.length).toBeLessThanOrEqual(1)
  for (const { body } of won) expectRefused([await auth.refresh(bookshop, body.refresh_token)])
})

test('a code is redeemed after its minute (RFC 6749 section 4.1.2)', async () => {
  const approved = await auth.approve(alice, { client: bookshop })
  auth.clock.advance(60_000)
  expectRefused([await auth.redeem(bookshop, approved)])
})

test('another client redeems a code: it gets nothing and burns nothing (RFC 6749 section 5.2)', async () => {
  const approved = await auth.approve(alice, { client: bookshop })
  expectRefused([await auth.redeem(library, approved), await auth.redeem(reader, approved)])
  expect(await auth.redeem(bookshop, approved)).toMatchObject({ status: 200 })
})

test('a code is redeemed with another redirect_uri, or without: nothing is burnt (RFC 6749 section 4.1.3)', async () => {
  const approved = await auth.approve(alice, { client: bookshop })
  for (const redirect_uri of ['https://app.example/other', 'https://APP.example/callback', ''])
    expectRefused([await auth.redeem(bookshop, approved, { redirect_uri })])
  expect(await auth.redeem(bookshop, approved)).toMatchObject({ status: 200 })
})

test('a code is redeemed without its verifier, or with a wrong one: nothing is burnt (RFC 7636 section 4.6)', async () => {
  const approved = await auth.approve(alice, { client: bookshop })
  const { code_challenge = '' } = paramsOf(auth.authorizeUrl(bookshop, { code_challenge: 'c'.repeat(43) }))
  for (const verifier of ['', 'w'.repeat(43), code_challenge])
    expectRefused([await auth.redeem(bookshop, { ...approved, verifier })])
  expect(await auth.redeem(bookshop, approved)).toMatchObject({ status: 200 })
})

test('the challenge is stripped from a request: the app that sends a verifier notices (RFC 9700 section 2.1.1)', async () => {
  const { code, verifier } = await auth.approve(alice, { client: bookshop, code_challenge: '', code_challenge_method: '' })
  expectRefused([await auth.redeem(bookshop, { code, verifier })])
  expect(await auth.redeem(bookshop, { code, verifier: '' })).toMatchObject({ status: 200 })
})

test('the challenge is stripped from the request of an app without secret: there is no code at all (RFC 9700 section 2.1.1)', async () => {
  for (const stripped of [{}, { code_challenge: '', code_challenge_method: 'S256' }]) {
    const { headers } = await auth.get(auth.authorizeUrl(reader, stripped).slice(auth.url.length))
    expect(paramsOf(headers.get('location'))).toMatchObject({ error: 'invalid_request' })
  }
})

test('the challenge is weakened to plain: there is no code (RFC 9700 section 2.1.1)', async () => {
  for (const code_challenge_method of ['plain', '', 's256']) {
    const weakened = { code_challenge: 'v'.repeat(43), code_challenge_method }
    const { headers } = await auth.get(auth.authorizeUrl(reader, weakened).slice(auth.url.length))
    expect(paramsOf(headers.get('location'))).toMatchObject({ error: 'invalid_request' })
  }
})
