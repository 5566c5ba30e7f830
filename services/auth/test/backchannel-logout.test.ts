import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { onMongo, testDatabaseUrl } from '@menshen/shared/testing/databases'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { type LogoutOutcome, tellLogouts } from '../src/core/backchannel-logout.ts'
import { logoutNotices } from '../src/stores/logout-notices.ts'
import { type AppBackEnds, listenAsApps, settled } from './support/backchannel.ts'
import { alice, bob, bookshop, library, projectCenter, type TestClient } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

function logoutOn(driver: string, databaseUrl: () => string): void {
  describe(`Back-Channel Logout on ${driver}`, () => {
    let auth: TestAuth
    let apps: AppBackEnds
    let heard: LogoutOutcome[]
    beforeEach(async () => {
      apps = await listenAsApps()
      auth = await startAuth({ databaseUrl: databaseUrl() })
      const own: LogoutOutcome[] = []
      heard = own
      auth.deps.backchannel.heard = (outcome) => own.push(outcome)
      for (const client of [projectCenter, bookshop])
        await auth.setClient(client, { backchannel_logout_uri: `${apps.url}/${client.client_id}` })
    })
    afterEach(async () => {
      await apps.close()
      await auth.stop()
    })

    const enter = async (client: TestClient, browser = createBrowser(), person = alice) => {
      const tokens = (await auth.redeem(client, await auth.approve(person, { client, scope: 'openid', browser }))).body
      return { browser, tokens, sid: decodeJwt(tokens.id_token)['sid'] as string }
    }
    const end = async (sid: string, { sub } = alice) => {
      await auth.deps.sessions.end({ sid, sub })
      await settled(auth)
    }
    const notices = () => auth.database.collection(logoutNotices).list({})
    /** Until so many tries have ended. */
    const tried = async (count: number) => {
      while (heard.length < count) await new Promise(setImmediate)
    }

    test('each app of a session that ended is told once, by a token that names it (Back-Channel Logout section 2.4)', async () => {
      await auth.setClient(bookshop, { subject_type: 'pairwise', sector_identifier_uri: 'https://books.example/sector.json' })
      const { browser, sid } = await enter(projectCenter)
      await enter(projectCenter, browser)
      const known = (await enter(bookshop, browser)).tokens
      await enter(library, browser) // which wants to be told nothing
      await enter(projectCenter) // another session of hers
      await end(sid)
      await tried(2)

      expect(apps.told.map(({ path }) => path).sort()).toEqual(['/bookshop', '/project-center'])
      const keys = createRemoteJWKSet(new URL(`${auth.url}/oauth2/jwks`))
      for (const [client, sub] of [
        [projectCenter, alice.sub],
        [bookshop, decodeJwt(known.id_token).sub],
      ] as const) {
        const [token = ''] = apps.tokensAt(`/${client.client_id}`)
        const { payload, protectedHeader } = await jwtVerify(token, keys, {
          issuer: auth.url,
          audience: client.client_id,
          currentDate: new Date(auth.clock.now()),
        })
        expect(protectedHeader).toMatchObject({ typ: 'logout+jwt', alg: client.id_token_signed_response_alg })
        const iat = Math.floor(auth.clock.now() / 1000)
        expect(payload).toEqual({
          iss: auth.url,
          sub,
          aud: client.client_id,
          iat,
          exp: iat + 120,
          jti: expect.stringMatching(/^[\w-]{36}$/),
          sid,
          events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
        })
      }
      expect(await notices()).toEqual([])
      expect(heard.map(({ outcome }) => outcome)).toEqual(['told', 'told'])
    })

    test('an app that revoked what it held is told all the same: its own session may stand', async () => {
      const { sid, tokens } = await enter(projectCenter)
      await auth.revoke(projectCenter, tokens.refresh_token)
      apps.answer(() => {})
      await end(sid)
      expect(await notices()).toMatchObject([{ sid, client_id: 'project-center' }])
    })

    test('an app that can not be told now is told again, each time after twice as long, and given up after a day', async () => {
      const { sid } = await enter(projectCenter)
      apps.answer((_path, res) => void res.writeHead(503).end())
      await end(sid)
      await tried(1)
      const startedAt = auth.clock.now()
      const waits: number[] = []
      for (let [notice] = await notices(); notice; [notice] = await notices()) {
        waits.push((notice.nextAt - auth.clock.now()) / 1000)
        auth.clock.advance(notice.nextAt - auth.clock.now() - 1)
        await tellLogouts(auth.deps.backchannel) // not due yet
        auth.clock.advance(1)
        await tellLogouts(auth.deps.backchannel)
      }
      expect(waits.slice(0, 10)).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600])
      expect(apps.told).toHaveLength(waits.length + 1)
      expect(heard.at(-1)).toMatchObject({ outcome: 'given up', client_id: 'project-center', sid, tries: waits.length + 1 })
      expect(heard.slice(0, -1).every(({ outcome }) => outcome === 'failed')).toBe(true)
      expect((auth.clock.now() - startedAt) / 3_600_000).toBeGreaterThan(22)
      expect(new Set(apps.told.map(({ token }) => decodeJwt(token).jti)).size).toBe(apps.told.length)
    })

    test('of two processes one tells; and what a process that died had taken is told by another', async () => {
      const { sid } = await enter(projectCenter)
      apps.answer((_path, res) => void res.writeHead(500).end())
      await end(sid)
      await tried(1)
      apps.answer((_path, res) => void res.end())
      auth.clock.advance(10_000)
      const [waiting] = await notices()
      await Promise.all([tellLogouts(auth.deps.backchannel), tellLogouts(auth.deps.backchannel)])
      expect(apps.told).toHaveLength(2)

      await auth.deps.logoutNotices.ensure(waiting as never)
      await auth.deps.logoutNotices.take(waiting as never, auth.clock.now() + 20_000) // and died
      await tellLogouts(auth.deps.backchannel)
      expect(apps.told).toHaveLength(2)
      auth.clock.advance(20_000)
      await tellLogouts(auth.deps.backchannel)
      expect(apps.told).toHaveLength(3)
      expect(await notices()).toEqual([])
    })

    test('a slow app keeps neither the others nor the person waiting; a redirect is no answer', async () => {
      await auth.setClient(library, { backchannel_logout_uri: `${apps.url}/library` })
      apps.answer((path, res) => {
        if (path === '/bookshop') res.writeHead(302, { location: `${apps.url}/elsewhere` }).end()
        if (path === '/project-center') res.end()
      })
      const { browser, sid } = await enter(projectCenter)
      await enter(bookshop, browser)
      await enter(library, browser)
      await end(sid)
      await tried(2)
      while (apps.told.length < 3) await new Promise(setImmediate) // all are asked at once, but not heard in any order
      expect(apps.told.map(({ path }) => path).sort()).toEqual(['/bookshop', '/library', '/project-center'])
      expect(heard).toContainEqual(expect.objectContaining({ client_id: 'bookshop', outcome: 'failed' }))
      expect(heard).toContainEqual(expect.objectContaining({ client_id: 'project-center', outcome: 'told' }))
    })

    test('nobody is told of the session of another person', async () => {
      await enter(projectCenter, createBrowser(), bob)
      const { sid } = await enter(bookshop)
      await end(sid)
      await tried(1)
      expect(apps.told.map(({ path }) => path)).toEqual(['/bookshop'])
    })
  })
}

logoutOn('SQLite', testDatabaseUrl)
onMongo('Back-Channel Logout', (databaseUrl) => logoutOn('MongoDB', databaseUrl))

test('how it went is in the metrics, as Prometheus reads them', async () => {
  const apps = await listenAsApps()
  const auth = await startAuth()
  await auth.setClient(projectCenter, { backchannel_logout_uri: `${apps.url}/told` })
  const tokens = (await auth.redeem(projectCenter, await auth.approve(alice, { client: projectCenter, scope: 'openid' }))).body
  await auth.deps.sessions.end({ sid: String(decodeJwt(tokens.id_token)['sid']), sub: alice.sub })
  while (apps.told.length === 0) await new Promise(setImmediate)
  let body = ''
  do body = (await auth.get('/metrics')).body
  while (body.includes('outcome="told"} 0'))
  expect(body).toContain('# TYPE menshen_backchannel_logouts_total counter')
  expect(body).toContain('menshen_backchannel_logouts_total{outcome="told"} 1')
  expect(body).toMatch(/^menshen_outbox_lag_seconds \d+$/m)
  expect(body.split('\n')).toEqual(expect.arrayContaining(['menshen_events_parked 0', 'menshen_events_live 1']))
  await auth.stop()
  await apps.close()
})

test('with an https issuer no private address is told, unless PRIVATE_CLIENT_URIS says so', async () => {
  const apps = await listenAsApps()
  for (const [env, told] of [
    [{ ISSUER: 'https://login.example' }, 0],
    [{ ISSUER: 'https://login.example', PRIVATE_CLIENT_URIS: 'true' }, 1],
  ] as const) {
    const auth = await startAuth({ env })
    const outcome = auth.deps.backchannel.postForm(`${apps.url}/x`, { logout_token: 't' }).then(
      () => 1,
      () => 0,
    )
    expect(await outcome).toBe(told)
    await auth.stop()
  }
  expect(apps.told).toHaveLength(1)
  await apps.close()
})
