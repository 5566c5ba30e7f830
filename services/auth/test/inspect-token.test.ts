import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { inspectToken } from '../src/admin/inspect-token.ts'
import { users } from '../src/stores/users.ts'
import { alice, bookshop, openApi, userApi } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
let tokens: { access_token: string; id_token: string; refresh_token: string }
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())
beforeEach(async () => {
  tokens = (await auth.redeem(bookshop, await auth.approve(alice, { client: bookshop }))).body
})

const inspect = (token: string, more: object = {}) => inspectToken(token, { ...auth.deps, ...more })
const wrong = async (token: string, more: object = {}) =>
  (await inspect(token, more)).findings.flatMap(({ check, ok }) => (ok ? [] : [check]))

test('an access token: what it says, and which API takes it with which scopes', async () => {
  const { kind, header, claims, apis } = await inspect(tokens.access_token)
  expect({ kind, header, claims }).toMatchObject({ kind: 'access_token', header: { typ: 'at+jwt' }, claims: { sub: alice.sub } })
  expect(await wrong(tokens.access_token)).toEqual([])
  expect(apis.filter(({ accepted }) => accepted)).toEqual([
    { resource: auth.url, name: 'userinfo', accepted: true, scopes: ['openid'] },
    { resource: openApi.resource, name: openApi.name, accepted: true, scopes: ['learning:read'] },
  ])
  expect(apis.find(({ resource }) => resource === userApi.resource)?.accepted).toBe(false)
})

test('an ID token is for its app, no API takes it', async () => {
  expect(await inspect(tokens.id_token)).toMatchObject({ kind: 'id_token', apis: [] })
  expect(await wrong(tokens.id_token)).toEqual([])
})

test('each fault is named: signature, key, issuer, time, Grant, account', async () => {
  const { access_token } = tokens
  const [header, claims, signature] = access_token.split('.')
  const other = (await auth.deps.signing.sign({ iss: 'https://other.example' }, { alg: 'ES256', typ: 'at+jwt' })) as string
  expect(await wrong(`${header}.${claims}.${signature?.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`)).toEqual([
    'signature',
  ])
  expect(await wrong(access_token, { jwks: [] })).toEqual(['signature'])
  expect(await wrong(other)).toEqual(expect.arrayContaining(['iss', 'exp', 'client']))
  expect(await wrong(access_token, { clock: { now: () => auth.clock.now() + 700_000 } })).toEqual(['exp'])
  expect(await wrong(access_token, { clock: { now: () => auth.clock.now() - 700_000 } })).toEqual(['iat'])
  await auth.database.collection(users).update({ sub: alice.sub }, { set: { disabledAt: 1 } })
  expect(await wrong(access_token)).toEqual(['user'])
  await auth.database.collection(users).update({ sub: alice.sub }, { set: { disabledAt: null } })
  await auth.revoke(bookshop, access_token)
  expect(await wrong(access_token)).toEqual(['grant'])
})

test('a refresh token is known without being used up; of what is nothing nothing is known', async () => {
  expect([(await inspect(tokens.refresh_token)).kind, await wrong(tokens.refresh_token)]).toEqual(['refresh_token', []])
  expect((await auth.refresh(bookshop, tokens.refresh_token)).status).toBe(200)
  expect(await wrong(tokens.refresh_token)).toEqual(['unused'])
  for (const nothing of ['', 'x', 'a.b.c', 'e30.W10.x']) expect((await inspect(nothing)).kind).toBe('unknown')
})

test('claims of a strange token may be of any type: they are told, and nothing breaks', async () => {
  const strange = { toString: 1, valueOf: 1 }
  const names = ['iss', 'aud', 'exp', 'nbf', 'iat', 'client_id', 'scope', 'jti', 'grant_id']
  const header = { alg: strange, kid: strange }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  for (const typ of ['at+jwt', 'JWT', strange]) {
    const token = [{ ...header, typ }, Object.fromEntries(names.map((name) => [name, strange]))].map(part).join('.')
    const { findings } = await inspect(`${token}.x`)
    expect(findings).toContainEqual({ check: 'iss', ok: false, detail: expect.stringContaining('{"toString":1,"valueOf":1}') })
  }
})
