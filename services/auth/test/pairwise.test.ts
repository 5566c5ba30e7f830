import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { decodeJwt } from 'jose'
import { openSubjects } from '../src/core/subject.ts'
import { createVault, WrongSecretsKey } from '../src/core/vault.ts'
import { createSealedStore, sealedSecrets } from '../src/stores/sealed.ts'
import { alice, bob, bookshop, library, openApi, projectCenter, reader } from './support/people.ts'
import { secretsKey, startAuth, type TestAuth } from './support/start-auth.ts'

/** Of another host than the others. */
const museum = { ...reader, redirect_uris: ['https://museum.example/callback'] }

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
  for (const client of [bookshop, library, museum])
    await auth.setClient(client, { subject_type: 'pairwise', redirect_uris: client.redirect_uris })
  await auth.setApi(openApi, { client_ids: [projectCenter.client_id] })
})
afterAll(() => auth.stop())

const tokensOf = async (person = alice, client = bookshop, scope = 'openid') =>
  (await auth.redeem(client, await auth.approve(person, { client, scope }))).body

const subOf = async (...of: Parameters<typeof tokensOf>) => decodeJwt((await tokensOf(...of)).id_token).sub
const userinfo = async (token: string) => (await auth.get('/oauth2/userinfo', { authorization: `Bearer ${token}` })).body
const introspect = async (client: typeof bookshop, token: string) =>
  (await auth.asClient(client, '/oauth2/introspect', { token })).body

test('a pairwise subject is the same for the clients of a host, and another for those of others (OpenID Connect Core section 8.1)', async () => {
  const alices = await subOf(alice)
  expect(alices).toMatch(/^[\w-]{43}$/)
  expect(await subOf(alice)).toBe(alices)
  expect(await subOf(alice, library)).toBe(alices)
  const others = [await subOf(alice, museum), await subOf(bob), await subOf(alice, projectCenter)]
  expect(new Set([alices, alice.sub, ...others]).size).toBe(4)
  expect(others[2]).toBe(alice.sub) // public
})

test('sector_identifier_uri joins several hosts in one sector (section 8.1)', async () => {
  const before = await subOf(alice)
  for (const client of [bookshop, museum])
    await auth.setClient(client, { sector_identifier_uri: 'https://sector.example/redirects.json' })
  const joined = await subOf(alice)
  expect(joined).not.toBe(before)
  expect(await subOf(alice, museum)).toBe(joined)
  for (const client of [bookshop, museum]) await auth.setClient(client, { sector_identifier_uri: null })
})

test('ID token, also of a refresh, userinfo and introspected refresh token say the same (section 5.3.2, 12.2)', async () => {
  const { id_token, access_token, refresh_token } = await tokensOf()
  const { sub } = decodeJwt(id_token)
  expect(await userinfo(access_token)).toEqual({ sub })
  expect(await introspect(bookshop, refresh_token)).toMatchObject({ active: true, sub })
  expect(decodeJwt((await auth.refresh(bookshop, refresh_token)).body.id_token).sub).toBe(sub)
})

test("APIs know people by the account's own subject, in the token as in its introspection; where only userinfo reads it, it is pairwise", async () => {
  const { id_token, access_token } = await tokensOf(alice, bookshop, 'openid learning:read')
  expect(decodeJwt(access_token).sub).toBe(alice.sub)
  expect(await introspect(projectCenter, access_token)).toMatchObject({ active: true, sub: alice.sub })
  expect(await userinfo(access_token)).toEqual({ sub: decodeJwt(id_token).sub })

  const alone = await tokensOf()
  expect(decodeJwt(alone.access_token).sub).toBe(decodeJwt(alone.id_token).sub)
  expect(JSON.stringify(decodeJwt(alone.access_token))).not.toContain(alice.sub)
})

test('id_token_hint and the claim sub name people by the subject that the client knows (section 3.1.2.1, 5.5.1)', async () => {
  const browser = createBrowser()
  const { id_token } = (await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop, scope: 'openid', browser })))
    .body
  const asking = async (more: Record<string, string>) => {
    await browser.get(auth.authorizeUrl(bookshop, { scope: 'openid', prompt: 'none', ...more }))
    return new URL(browser.page.location ?? '').searchParams.get('error') ?? 'granted'
  }
  const wanting = (value: unknown) => ({ claims: JSON.stringify({ id_token: { sub: { value } } }) })
  expect(await asking({ id_token_hint: id_token })).toBe('granted')
  expect(await asking(wanting(decodeJwt(id_token).sub))).toBe('granted')
  expect(await asking(wanting(alice.sub))).toBe('login_required')
  expect(await asking({ id_token_hint: (await tokensOf(bob)).id_token })).toBe('login_required')
  expect(await asking({ id_token_hint: id_token, ...wanting(alice.sub) })).toBe('login_required')
})

describe('the salt', () => {
  const open = async (keys: string[]) =>
    (await openSubjects({ sealed: createSealedStore(auth.database), vault: createVault(keys) })).subjectOf
  const pairwise = { ...bookshop, subject_type: 'pairwise' as const }

  test('outlives SECRETS_KEY: subjects stay as they are while it is replaced', async () => {
    const before = auth.deps.subjectOf(pairwise, alice.sub)
    const fresh = 'a new secrets key of the tests; 32 or more'
    expect((await open([fresh, secretsKey]))(pairwise, alice.sub)).toBe(before)
    const sealedAnew = open([fresh]).then(
      (subjectOf) => subjectOf(pairwise, alice.sub),
      () => 'not sealed anew',
    )
    expect(await sealedAnew).toBe(before)
    await expect(open([secretsKey])).rejects.toThrow(WrongSecretsKey)
    expect((await open([secretsKey, fresh]))(pairwise, alice.sub)).toBe(before)
  })

  test('is made once, whoever comes first, and stands sealed', async () => {
    await auth.database.collection(sealedSecrets).remove({})
    const all = await Promise.all(Array.from({ length: 20 }, () => open([secretsKey])))
    expect(new Set(all.map((subjectOf) => subjectOf(pairwise, alice.sub))).size).toBe(1)
    expect(await auth.database.collection(sealedSecrets).list({})).toEqual([
      { id: 'pairwise salt', sealed: expect.stringMatching(/^[\w-]{90,}$/) },
    ])
  })
})

test('access tokens are ES256, or RS256 when the client or all of the APIs want it (RFC 9068 section 2.1)', async () => {
  const algOf = async () => {
    const { access_token } = await tokensOf(alice, projectCenter, 'openid project:read')
    return JSON.parse(Buffer.from(access_token.split('.')[0], 'base64url').toString()).alg
  }
  expect(await algOf()).toBe('ES256')
  await auth.setClient(projectCenter, { access_token_signing_alg: 'RS256' })
  expect(await algOf()).toBe('RS256')
  await auth.setClient(projectCenter, { access_token_signing_alg: null })
  await auth.setApi({ ...openApi, resource: 'http://localhost:8062' }, { access_token_signing_alg: 'RS256' })
  expect(await algOf()).toBe('RS256')
})
