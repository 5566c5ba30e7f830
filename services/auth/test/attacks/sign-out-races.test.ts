import { describe, expect, test } from '@jest/globals'
import { onMongo } from '@menshen/shared/testing/databases'
import { decodeJwt } from 'jose'
import { grants } from '../../src/stores/grants.ts'
import { settled } from '../support/backchannel.ts'
import { alice, bookshop, projectCenter } from '../support/people.ts'
import { startAuth } from '../support/start-auth.ts'

/** Ends a session while `act` is under way, after so many turns of the event loop: before, between and after its steps. */
function racesOn(driver: string, databaseUrl: () => string): void {
  describe(`attack: slipping past a sign-out, on ${driver}`, () => {
    test('a code that is redeemed, a token that is refreshed and an app that is entered meanwhile, give nothing that lives on', async () => {
      const auth = await startAuth({ databaseUrl: databaseUrl() })
      for (let turns = 0; turns < 12; turns++) {
        const enter = async () => {
          const approved = await auth.approve(alice, { client: projectCenter, scope: 'openid' })
          const { body } = await auth.redeem(projectCenter, approved)
          return { ...approved, refresh_token: body.refresh_token as string, sid: String(decodeJwt(body.id_token)['sid']) }
        }
        const { browser, sid, refresh_token } = await enter()
        const approved = await auth.approve(alice, { client: bookshop, scope: 'openid', browser })
        const signOut = async () => {
          for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
          await Promise.all([1, 2].map(() => auth.deps.sessions.end({ sid, sub: alice.sub }))) // twice is once
        }
        const [redeemed, refreshed] = await Promise.all([
          auth.redeem(bookshop, approved),
          auth.refresh(projectCenter, refresh_token),
          browser.get(auth.authorizeUrl(projectCenter, { scope: 'openid' })),
          signOut(),
        ])
        await settled(auth)
        expect(await auth.database.collection(grants).list({ sid, revokedAt: null })).toEqual([])
        for (const [client, { status, body }] of [
          [bookshop, redeemed],
          [projectCenter, refreshed],
        ] as const) {
          if (status !== 200) continue
          expect((await auth.refresh(client, body.refresh_token)).status).toBe(400)
          const { headers, status: known } = await auth.get('/oauth2/userinfo', { authorization: `Bearer ${body.access_token}` })
          expect([known, headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('invalid_token')])
        }
        const late = new URLSearchParams(browser.page.location?.split('?')[1] ?? '').get('code')
        if (late) expect((await auth.redeem(projectCenter, { code: late, verifier: '' })).status).toBe(400)
      }
      await auth.stop()
    }, 60_000)
  })
}

racesOn('SQLite', () => 'sqlite::memory:')
onMongo('attack: slipping past a sign-out', (url) => racesOn('MongoDB', url))
