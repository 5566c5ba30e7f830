import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { alice, bob, mobileApp } from '../../../services/auth/test/support/people.ts'
import { startAuth, type TestAuth } from '../../../services/auth/test/support/start-auth.ts'
import { MenshenClient } from '../public/menshen-client.js'
import type { Problem } from '../public/problem.js'
import { api, createPhone } from './phone.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth({ env: { SIGN_IN_FREE_FAILURES: '2', SIGN_IN_FIRST_WAIT: '30' } })
})
afterAll(() => auth.stop())

const lifetime = 600_000
const grace = 30_000
const me = `${api}/me`
const isDead = async (refresh_token: string | undefined) =>
  (await auth.refresh(mobileApp, refresh_token ?? '')).body.error === 'invalid_grant'

describe('signing in', () => {
  test('leaves the refresh token in the keychain, and neither the password nor the access token', async () => {
    const phone = createPhone(auth)
    const app = phone.start()
    expect(await app.isSignedIn()).toBe(false)
    await app.signIn(alice.username, alice.password)
    expect(await app.isSignedIn()).toBe(true)
    expect([...phone.kept.keys()]).toEqual(['refresh_token'])
    expect(phone.kept.get('refresh_token')).toMatch(/^[\w-]{43}$/)
    expect((await app.fetch(me)).status).toBe(200)
  })

  test('with a wrong password says so, and after too many how long to wait (RFC 6585 section 4)', async () => {
    const app = createPhone(auth).start()
    for (let i = 0; i < 2; i++) await expect(app.signIn(bob.username, 'wrong')).rejects.toMatchObject({ kind: 'wrongPassword' })
    await expect(app.signIn(bob.username, bob.password)).rejects.toMatchObject({ kind: 'throttled', retryAfter: 30 })
    auth.clock.advance(30_000)
    await app.signIn(bob.username, bob.password)
  })

  test('without a network, with auth in trouble, or behind a page of somebody else is unreachable', async () => {
    const phone = createPhone(auth)
    phone.isOnline = false
    await expect(phone.start().signIn(alice.username, alice.password)).rejects.toMatchObject({ kind: 'unreachable' })
    const answers = [new Response('', { status: 503 }), new Response('<h1>Welcome to our café</h1>'), Response.json({ hello: 1 })]
    for (const answer of answers)
      await expect(answered(answer).signIn('alice', 'x')).rejects.toMatchObject({ kind: 'unreachable' })
  })

  test('is refused where auth does not take the app', async () => {
    const answer = Response.json({ error: 'unauthorized_client' }, { status: 400 })
    await expect(answered(answer).signIn('alice', 'x')).rejects.toMatchObject({ kind: 'refused' })
  })

  test('slow_down is a request to wait, too; 5 seconds when it does not say (RFC 8628 section 3.5)', async () => {
    const slowDown = (headers: Record<string, string>) => Response.json({ error: 'slow_down' }, { status: 400, headers })
    await expect(answered(slowDown({})).signIn('alice', 'x')).rejects.toMatchObject({ kind: 'throttled', retryAfter: 5 })
    await expect(answered(slowDown({ 'retry-after': '7' })).signIn('alice', 'x')).rejects.toMatchObject({ retryAfter: 7 })
  })
})

describe('access tokens', () => {
  test('are refreshed shortly before their end, once for all who ask', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    auth.clock.advance(lifetime - 31_000)
    await app.fetch(me)
    expect(phone.refreshes()).toBe(0)
    auth.clock.advance(1000)
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.fetch(me)))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(phone.refreshes()).toBe(1)
  })

  test('that an API refuses early are refreshed once for all who were refused, and each asks once more', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    await app.fetch(me)
    phone.accepts = (token) => token !== phone.shown[0]
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.fetch(me, { method: 'POST', body: 'what was typed' })))
    for (const answer of answers) expect(await answer.json()).toEqual({ method: 'POST', body: 'what was typed' })
    expect(phone.refreshes()).toBe(1)
  })

  test('that were refused, as is heard when another has refreshed already, are not refreshed again', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    await app.fetch(me)
    phone.accepts = (token) => token !== phone.shown[0]
    let goOn = () => {}
    let asked = 0
    phone.whenAsked = async () => {
      if (++asked === 2) await new Promise<void>((resolve) => (goOn = resolve))
    }
    const [quick, slow] = [app.fetch(me), app.fetch(me)]
    expect((await quick).status).toBe(200)
    goOn()
    expect((await slow).status).toBe(200)
    expect(phone.refreshes()).toBe(1)
  })

  test('are not asked for again and again where an API refuses each', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    phone.accepts = () => false
    expect((await app.fetch(me)).status).toBe(401)
    expect(phone.refreshes()).toBe(1)
  })

  test('are sent to the APIs of the app and to nobody else', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    const asked = phone.asked.length
    for (const address of ['https://evil.example/me', `${api}.evil.example/me`, 'http://api.example/me', '/me'])
      await expect(app.fetch(address)).rejects.toThrow('no API of this app')
    expect(phone.asked).toHaveLength(asked)
  })

  test('of a sign-in that auth has ended end in the form: the person signs in again', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    await auth.revoke(mobileApp, phone.kept.get('refresh_token') ?? '')
    auth.clock.advance(lifetime)
    await expect(app.fetch(me)).rejects.toMatchObject({ kind: 'ended' })
    expect(await app.isSignedIn()).toBe(false)
    expect(phone.kept.size).toBe(0)
  })
})

describe('on a network that loses things', () => {
  test.each([
    ['an answer', ['answer lost']],
    ['two answers one after the other', ['answer lost', 'answer lost']],
    ['a question', ['question lost']],
    ['an answer, then a question', ['answer lost', 'question lost']],
  ] as const)('a refresh survives the loss of %s (RFC 9700 section 4.14.2)', async (_, losses) => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    const before = phone.kept.get('refresh_token')
    auth.clock.advance(lifetime)
    phone.lose(...losses)
    expect(await outcomeOf(app.fetch(me))).toBe(200)
    expect(phone.waited).toEqual([500, 2000].slice(0, losses.length))
    expect(phone.kept.get('refresh_token')).not.toBe(before)
    auth.clock.advance(lifetime)
    expect((await app.fetch(me)).status).toBe(200)
  })

  test('a longer outage is told, signs nobody out, and is over when the network is back', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    auth.clock.advance(lifetime)
    phone.isOnline = false
    await expect(app.fetch(me)).rejects.toMatchObject({ kind: 'unreachable' })
    auth.clock.advance(24 * 3_600_000)
    expect(await app.isSignedIn()).toBe(true)
    phone.isOnline = true
    expect((await app.fetch(me)).status).toBe(200)
  })

  test('also an app that was closed between question and answer goes on, within the grace', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    auth.clock.advance(lifetime)
    phone.lose('answer lost', 'answer lost', 'answer lost')
    await expect(app.fetch(me)).rejects.toMatchObject({ kind: 'unreachable' })
    auth.clock.advance(grace - 1)
    expect((await phone.start().fetch(me)).status).toBe(200)
  })

  test('after the grace the lost answer counts as stolen: the person signs in again', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    auth.clock.advance(lifetime)
    phone.lose('answer lost', 'answer lost', 'answer lost')
    await expect(app.fetch(me)).rejects.toMatchObject({ kind: 'unreachable' })
    auth.clock.advance(grace)
    await expect(app.fetch(me)).rejects.toMatchObject({ kind: 'ended' })
  })

  test('two windows that share the keychain refresh by turns', async () => {
    const phone = createPhone(auth)
    const [one, other] = [await phone.signedIn(), phone.start()]
    for (let i = 0; i < 3; i++) {
      auth.clock.advance(lifetime)
      for (const app of [one, other]) expect((await app.fetch(me)).status).toBe(200)
    }
  })
})

describe('signing out', () => {
  test('forgets everything and ends the sign-in at auth (RFC 7009 section 2.1)', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    const aside = phone.kept.get('refresh_token')
    expect(await app.signOut()).toBe(true)
    expect(phone.kept.size).toBe(0)
    expect(await isDead(aside)).toBe(true)
    await expect(app.fetch(me)).rejects.toMatchObject({ kind: 'ended' })
  })

  test('without a network is done on the phone at once, and told to auth when it is back, by another start too', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    const aside = phone.kept.get('refresh_token')
    phone.isOnline = false
    expect(await app.signOut()).toBe(false)
    expect(await app.isSignedIn()).toBe(false)
    await expect(app.finishSignOut()).rejects.toMatchObject({ kind: 'unreachable' })
    phone.isOnline = true
    await phone.start().finishSignOut()
    expect(phone.kept.size).toBe(0)
    expect(await isDead(aside)).toBe(true)
  })

  test('that auth was not told of is told before the next sign-in', async () => {
    const phone = createPhone(auth)
    const app = await phone.signedIn()
    const aside = phone.kept.get('refresh_token')
    phone.isOnline = false
    await app.signOut()
    phone.isOnline = true
    await app.signIn(bob.username, bob.password)
    expect([...phone.kept.keys()]).toEqual(['refresh_token'])
    expect(await isDead(aside)).toBe(true)
  })

  test.each(['whenAsked', 'whenAnswered'] as const)(
    'in the middle of a refresh leaves nothing of it behind: %s',
    async (moment) => {
      const phone = createPhone(auth)
      const app = await phone.signedIn()
      auth.clock.advance(lifetime)
      phone[moment] = async () => {
        phone[moment] = async () => {}
        expect(await app.signOut()).toBe(true)
      }
      expect(await outcomeOf(app.fetch(me))).toBe('ended')
      expect(phone.kept.size).toBe(0)
      expect(await outcomeOf(app.fetch(me))).toBe('ended')
    },
  )
})

/** The status of an answer, or the kind of the problem. */
const outcomeOf = (answer: Promise<Response>) =>
  answer.then(
    ({ status }) => status,
    ({ kind }: Problem) => kind,
  )

/** An app whose every question gets this answer. */
const answered = (answer: Response) =>
  new MenshenClient({
    issuer: auth.url,
    clientId: 'mobile-app',
    scope: 'learning:read',
    apis: [api],
    keychain: { get: async () => undefined, set: async () => {}, delete: async () => {} },
    fetch: async () => answer.clone(),
  })
