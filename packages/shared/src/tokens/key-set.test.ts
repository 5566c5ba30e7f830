import { afterEach, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair } from 'jose'
import { createLog } from '../log.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { startIssuer } from '../testing/issuer.ts'
import { testLog } from '../testing/test-log.ts'
import { createKeySet, type KeySetOptions, KeySetUnavailable } from './key-set.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function startKeySet(options: Partial<KeySetOptions> = {}) {
  const clock = createFakeClock()
  const issuer = await startIssuer(clock)
  closers.push(issuer.close)
  const keySet = createKeySet({ url: issuer.jwks_uri, clock, log: testLog, ...options })
  const kid = `${issuer.answer.keys[0]?.kid}`
  return { clock, issuer, keySet, kid, find: (name = kid) => keySet.keyFor({ kid: name, alg: 'ES256' }) }
}

test('keys are fetched when first needed, once for all who wait, and imported once', async () => {
  const { find, issuer, keySet, kid } = await startKeySet()
  expect(keySet.current({ kid, alg: 'ES256' })).toBeUndefined()
  const [first, second] = await Promise.all([find(), find()])
  expect(first).toBeDefined()
  expect(second).toBe(first)
  expect(keySet.current({ kid, alg: 'ES256' })).toBe(first)
  expect(await find()).toBe(first)
  expect(issuer.fetches).toBe(1)
})

test('an unknown kid causes a fetch, but one in a cooldown (OpenID Connect Core section 10.1.1)', async () => {
  const { find, issuer, clock } = await startKeySet()
  await find()
  const rotated = await issuer.addKey()
  expect(await find(rotated)).toBeUndefined()
  clock.advance(30_000)
  const [found, unknown] = await Promise.all([find(rotated), find('unknown')])
  expect(found).toBeDefined()
  expect(unknown).toBeUndefined()
  expect(await find('unknown')).toBeUndefined()
  expect(issuer.fetches).toBe(2)
})

test('told of a rotation before any token came nothing is fetched: an issuer that does not answer yet would refuse the first one', async () => {
  const { find, issuer, keySet, kid } = await startKeySet()
  issuer.answer.status = 503
  await keySet.refresh(kid)
  issuer.answer.status = 200
  expect(await find().catch(() => 'refused')).toHaveProperty('type', 'public')
})

test('told of a rotation the set is fetched whatever the cooldown, and again until the process that answers knows the key too', async () => {
  let beforeFetch = () => {}
  const { find, issuer, keySet } = await startKeySet({
    waitsMs: [0, 0, 0],
    fetch: (...request) => {
      beforeFetch()
      return fetch(...request)
    },
  })
  await find()
  const next = await issuer.addKey()
  const published = issuer.answer.keys.splice(-1)
  beforeFetch = () => {
    if (issuer.fetches === 3) issuer.answer.keys.push(...published)
  }
  await keySet.refresh(next)
  expect(keySet.current({ kid: next, alg: 'ES256' })).toBeDefined()
  expect(issuer.fetches).toBe(4)
  await keySet.refresh('a key that never comes')
  expect(issuer.fetches).toBe(8)
})

test('after its greatest age the set is fetched anew: removed keys are forgotten, the others stay the same objects', async () => {
  const { find, issuer, clock, keySet, kid } = await startKeySet()
  const first = await find()
  const second = await issuer.addKey()
  clock.advance(600_000)
  expect(keySet.current({ kid, alg: 'ES256' })).toBeUndefined()
  expect(await find()).toBe(first)
  issuer.answer.keys.shift()
  clock.advance(600_000)
  expect(await find()).toBeUndefined()
  expect(await find(second)).toBeDefined()
  expect(issuer.fetches).toBe(3)
})

test.each([
  ['an error', { status: 500, keys: [] }],
  ['no usable key', { status: 200, keys: [] }],
  ['something else', { status: 200, keys: 'none' as never }],
])(
  'when the issuer answers %s the last keys stay in use, and it is asked again after a cooldown (RFC 5861 section 4)',
  async (_, answer) => {
    const { find, issuer, clock, keySet, kid } = await startKeySet()
    const key = await find()
    Object.assign(issuer.answer, answer)
    clock.advance(600_000)
    expect(await find()).toBe(key)
    expect(await find('unknown')).toBeUndefined()
    expect(keySet.current({ kid, alg: 'ES256' })).toBe(key)
    expect(issuer.fetches).toBe(2)
    clock.advance(30_000)
    expect(await find()).toBe(key)
    expect(await find('unknown')).toBeUndefined()
    expect(issuer.fetches).toBe(3)
  },
)

test('nobody waits for an issuer that failed a moment ago', async () => {
  let hangs = false
  const never = new Promise<Response>(() => {})
  const { find, issuer, clock } = await startKeySet({ fetch: (...given) => (hangs ? never : fetch(...given)) })
  const key = await find()
  issuer.answer.status = 500
  clock.advance(600_000)
  await find('unknown')
  hangs = true
  clock.advance(30_000)
  expect(await find()).toBe(key)
})

test('auth is away for a minute: its keys go on, strange kids cause three requests, and the log tells twice', async () => {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line).msg) }
  const { find, issuer, clock } = await startKeySet({ log: createLog({ service: 'x', level: 'info', destination }) })
  const key = await find()
  issuer.answer.status = 500
  const before = issuer.fetches
  clock.advance(600_000)
  for (let second = 0; second <= 60; second++) {
    expect(await find()).toBe(key)
    for (let i = 0; i < 10; i++) expect(await find(`strange ${second} ${i}`)).toBeUndefined()
    clock.advance(1000)
  }
  expect(issuer.fetches - before).toBe(3)
  issuer.answer.status = 200
  clock.advance(30_000)
  await find('strange')
  expect(await find()).toBe(key)
  expect(lines).toEqual(['the key set was not fetched, the last one stays in use', 'the key set was fetched again'])
})

test('before the first success nothing can be said; it is tried again after a second', async () => {
  const { find, issuer, clock } = await startKeySet()
  issuer.answer.status = 503
  await expect(find()).rejects.toThrow(KeySetUnavailable)
  await expect(find()).rejects.toThrow(KeySetUnavailable)
  expect(issuer.fetches).toBe(1)
  issuer.answer.status = 200
  clock.advance(1000)
  expect(await find()).toBeDefined()
})

test('a fetch has a time limit and follows no redirect', async () => {
  const given: RequestInit[] = []
  const { find } = await startKeySet({
    fetch: (url, init) => {
      given.push(init ?? {})
      return fetch(url, init)
    },
  })
  await find()
  expect(given).toMatchObject([{ redirect: 'error', signal: expect.any(AbortSignal) }])
})

test('a set that is too large is not read to its end', async () => {
  let sent = 0
  const endless = () =>
    new ReadableStream({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(32))
      },
    })
  const { find } = await startKeySet({ fetch: async () => new Response(endless()) })
  await expect(find()).rejects.toThrow(KeySetUnavailable)
  expect(sent).toBeLessThan(1_000_000)
})

test('only asymmetric signing keys with a name are taken (RFC 7517 sections 4.2 to 4.5, RFC 8725 section 3.1)', async () => {
  const { find, issuer, keySet } = await startKeySet()
  const [good] = issuer.answer.keys
  const es384 = await exportJWK((await generateKeyPair('ES384')).publicKey)
  issuer.answer.keys.push(
    { ...good, kid: 'enc', use: 'enc' },
    { ...good, kid: 'sign', key_ops: ['sign'] },
    { ...good, kid: 'other-alg', alg: 'ES384' },
    { ...good, kid: 'off-the-curve', y: `${good?.x}` },
    { ...es384, kid: 'es384' },
    { kty: 'oct', k: 'c2VjcmV0', kid: 'oct', alg: 'HS256' },
    { kty: 'RSA', n: 'x'.repeat(170), e: 'AQAB', kid: 'short-rsa' },
    { ...good, kid: '' },
    { kty: 'EC', crv: 'P-256', x: `${good?.x}`, y: `${good?.y}`, kid: 'bare' },
  )
  for (const kid of ['enc', 'sign', 'other-alg', 'off-the-curve', 'es384', 'oct', 'short-rsa', ''])
    expect(await find(kid)).toBeUndefined()
  expect(await find('bare')).toBeDefined()
  expect(await keySet.keyFor({ kid: 'bare', alg: 'RS256' })).toBeUndefined()
})
