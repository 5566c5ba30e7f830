import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { applyDocument } from '../src/admin/apply.ts'
import { passwords } from '../src/stores/users.ts'
import { alice, bob, bookshop } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const password = 'a long password of dora'
const apply = (...users: object[]) =>
  applyDocument({ users }, { ...auth.deps, actor: 'test', openVault: async () => auth.deps.vault })
const signIn = async (username: string) => (await auth.passwordGrant({ ...alice, username, password })).status

test('people sign in by user name, verified e-mail address or verified phone number, in any case, width and grouping', async () => {
  await apply({
    username: 'Dora',
    password,
    email: 'Dora@Example.com',
    email_verified: true,
    phone_number: '+86 138-0013-8000',
    phone_number_verified: true,
  })
  const typed = [
    'dora',
    'ＤＯＲＡ',
    ' Dora ',
    'dora@example.com',
    'ＤＯＲＡ＠example.com',
    '+8613800138000',
    '+86 (138) 0013.8000',
  ]
  for (const username of typed) expect([username, await signIn(username)]).toEqual([username, 200])
  for (const username of ['username:dora', 'email:dora@example.com', 'dor', '13800138000'])
    expect([username, await signIn(username)]).toEqual([username, 400])
})

test('the sign-in page takes them, too', async () => {
  const location = await auth.signInAt(
    auth.authorizeUrl(bookshop),
    { ...alice, username: 'DORA@example.com', password },
    bookshop,
  )
  expect(location).toContain('code=')
})

test('an unverified e-mail address or phone number identifies nobody', async () => {
  await apply({ username: 'erik', password, email: 'erik@example.com', phone_number: '+49 30 1234567' })
  expect([await signIn('erik'), await signIn('erik@example.com'), await signIn('+49301234567')]).toEqual([200, 400, 400])
})

test('apply takes an identifier away with what it came from, and another person may have it then', async () => {
  await apply({ username: 'Dora', email: 'dora@new.example', email_verified: true, phone_number: '+1 555 0100' })
  expect([await signIn('dora@example.com'), await signIn('dora@new.example')]).toEqual([400, 200])
  expect([await signIn('+8613800138000'), await signIn('+15550100')]).toEqual([400, 400])
  await apply({ username: 'frida', password, phone_number: '+8613800138000', phone_number_verified: true })
  expect(await signIn('+86 138 0013 8000')).toBe(200)
})

test('a verified phone number identifies one person only', async () => {
  const other = { username: 'gert', password, phone_number: '+86 13800138000', phone_number_verified: true }
  await expect(apply(other)).rejects.toThrow('users[0].phone_number is verified, and identifies another user')
  const twice = ['hans', 'ida'].map((username) => ({
    username,
    password,
    phone_number: '+49 40 123456',
    phone_number_verified: true,
  }))
  await expect(apply(...twice)).rejects.toThrow('users[1].phone_number is verified, and that of users[0], too')
})

test.each(['dora@example', 'ｄ＠ｅ', '+49 30 1234567', '12345678', '０１２３'])(
  '%s is no user name: it looks like an e-mail address or a phone number',
  async (username) => {
    await expect(apply({ username, password })).rejects.toThrow(/users\[0\]\.username must not look like/)
  },
)

test('a password hashed with other parameters is hashed anew at sign-in, once, and not by a wrong password', async () => {
  const { hash } = await import('@node-rs/argon2')
  const store = auth.database.collection(passwords)
  const stored = async () => (await store.find({ sub: bob.sub }))?.hash
  for (const weaker of [
    { algorithm: 2, memoryCost: 4096, timeCost: 1, parallelism: 1 },
    { algorithm: 1, memoryCost: 19_456, timeCost: 2, parallelism: 1 }, // argon2i
  ]) {
    const old = await hash(bob.password, weaker)
    await store.update({ sub: bob.sub }, { set: { hash: old } })
    expect((await auth.passwordGrant({ ...bob, password: 'wrong' })).status).toBe(400)
    expect(await stored()).toBe(old)
    expect((await auth.passwordGrant(bob)).status).toBe(200)
    const renewed = await stored()
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect((await auth.passwordGrant(bob)).status).toBe(200)
    expect(await stored()).toBe(renewed)
  }
})

test('a password that is changed while its old hash is renewed stays changed', async () => {
  const known = { sub: bob.sub, hash: 'the hash that was checked' }
  const store = auth.database.collection(passwords)
  const before = await store.find({ sub: bob.sub })
  await auth.deps.users.replacePassword(known, 'the same password, hashed anew')
  expect(await store.find({ sub: bob.sub })).toEqual(before)
})
