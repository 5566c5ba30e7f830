import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { loadAuthConfig } from '@menshen/auth/config'
import { startAuth } from '@menshen/auth/start'
import { systemClock } from '@menshen/shared/clock'
import { type EventHandler, openEventBus } from '@menshen/shared/events'
import { onMongo } from '@menshen/shared/testing/databases'
import { testLog } from '@menshen/shared/testing/test-log'
import { databaseUrlOf } from '../src/database-urls.ts'
import { runMenshen } from './support/menshen.ts'

const password = 'correct horse battery staple'
const secretsKey = randomBytes(32).toString('base64url')

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })
}

/** A running auth, and menshen in other processes beside it: nothing joins them but the database. */
async function startBeside(base: string) {
  const port = await freePort()
  const issuer = `http://localhost:${port}`
  const given = { DATABASE_URL: base, SECRETS_KEY: secretsKey, ISSUER: issuer }
  const config = loadAuthConfig({
    ...given,
    DATABASE_URL: databaseUrlOf(base, 'auth'),
    PORT: String(port),
    UV_THREADPOOL_SIZE: '8',
  })
  const bus = await openEventBus('memory:', { log: testLog })
  const seen: string[] = []
  const hear: EventHandler = ({ type }) => void seen.push(type)
  const types = ['user.disabled', 'user.deleted', 'client.deleted', 'session.ended', 'grant.revoked', 'key.rotated']
  await bus.listen({ handlers: Object.fromEntries(types.map((type) => [type, hear])) })
  const auth = await startAuth(config, { log: testLog, bus, clock: systemClock })
  const answer = async (path: string, form?: Record<string, string>, authorization = '') => {
    const request = form && { method: 'POST', body: new URLSearchParams(form), headers: authorization ? { authorization } : {} }
    const response = await fetch(`${issuer}${path}`, request)
    return { status: response.status, body: (await response.json()) as Record<string, string> & { keys: Array<{ kid: string }> } }
  }
  return {
    seen,
    answer,
    menshen: async (...args: string[]) => {
      const { code, out, err } = await runMenshen([...args, '--json'], { env: given, input: `${password}\n` })
      if (code !== 0) throw new Error(`${args.join(' ')}: ${err}`)
      return JSON.parse(out)
    },
    jobToken: (secret: string) =>
      answer('/oauth2/token', { grant_type: 'client_credentials' }, `Basic ${Buffer.from(`job:${secret}`).toString('base64')}`),
    signIn: (typed = password) =>
      answer('/oauth2/token', {
        grant_type: 'password',
        client_id: 'phone',
        username: 'carol',
        password: typed,
        scope: 'openid',
      }),
    refresh: (refresh_token = '') => answer('/oauth2/token', { grant_type: 'refresh_token', client_id: 'phone', refresh_token }),
    stop: async () => {
      await auth.stop()
      await bus.close()
    },
  }
}

/** Looks until it is so, and tells after how many milliseconds; never longer than 5 seconds. */
async function noticed(isSo: () => Promise<boolean> | boolean): Promise<number> {
  const start = performance.now()
  while (!(await isSo())) {
    if (performance.now() - start > 5000) return Number.POSITIVE_INFINITY
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return performance.now() - start
}

function besideOn(driver: string, base: string): void {
  describe(`beside a running auth on ${driver}`, () => {
    test('what menshen changes is so at the server within 5 seconds', async () => {
      const { menshen, seen, answer, jobToken, signIn, refresh, stop } = await startBeside(base)
      const { client_secret } = await menshen('client', 'create', 'job', '--grant', 'client_credentials', '--scope', 'user:list')
      await menshen(
        'client',
        'create',
        'phone',
        '--auth',
        'none',
        '--grant',
        'password',
        '--grant',
        'refresh_token',
        '--scope',
        'openid',
        '--first-party',
      )
      await menshen('user', 'create', 'carol', '--stdin')
      expect((await jobToken(client_secret)).body['error']).toBe('invalid_scope') // known, but no API has its scope

      const rotated = await menshen('client', 'rotate-secret', 'job', '--yes')
      expect(await noticed(async () => (await jobToken(client_secret)).status === 401)).toBeLessThan(5000)
      expect((await jobToken(rotated.client_secret)).status).toBe(400)

      await menshen('client', 'disable', 'job', '--yes')
      expect(await noticed(async () => (await jobToken(rotated.client_secret)).status === 401)).toBeLessThan(5000)

      const first = (await signIn()).body
      await menshen('user', 'set-password', 'carol', '--yes', '--stdin')
      expect(await noticed(() => seen.includes('session.ended'))).toBeLessThan(5000)
      expect((await refresh(first['refresh_token'])).body['error']).toBe('invalid_grant')

      const second = (await signIn()).body
      await menshen('user', 'disable', 'carol', '--yes')
      expect((await signIn()).status).toBe(400)
      expect(await noticed(() => seen.filter((type) => type === 'grant.revoked').length === 2)).toBeLessThan(5000)
      expect((await refresh(second['refresh_token'])).status).toBe(400)
      expect(await menshen('user', 'show', 'carol')).toMatchObject({ sessions: 0, grants: 0 })
      await menshen('user', 'enable', 'carol')
      expect([(await signIn()).status, (await refresh(second['refresh_token'])).status]).toEqual([200, 400])

      const third = (await signIn()).body
      await menshen('user', 'delete', 'carol', '--yes')
      expect((await signIn()).status).toBe(400)
      expect(await noticed(() => seen.includes('user.deleted'))).toBeLessThan(5000)
      expect((await refresh(third['refresh_token'])).status).toBe(400)

      const { keys } = await menshen('keys', 'rotate', '--alg', 'ES256', '--yes')
      const kid = keys.at(-1).kid
      const published = async () => (await answer('/oauth2/jwks')).body.keys.map((key) => key.kid)
      expect(await noticed(async () => (await published()).includes(kid))).toBeLessThan(5000)
      expect(await published()).toHaveLength(3)

      await expect(menshen('keys', 'rotate', '--alg', 'ES256', '--yes')).rejects.toThrow('--now lets it sign in a moment')
      await expect(menshen('keys', 'rotate', '--now', '--compromised', '--yes')).rejects.toThrow('do not go together')
      const hurried = await menshen('keys', 'rotate', '--now', '--alg', 'ES256', '--yes')
      expect(hurried.keys.at(-1)).toMatchObject({ kid, state: 'announced' })
      await stop()
    }, 120_000)
  })
}

besideOn('SQLite', `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-live-'))}`)
onMongo('beside a running auth', (freshUrl) => besideOn('MongoDB', freshUrl()))
