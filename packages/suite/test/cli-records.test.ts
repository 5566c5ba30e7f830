import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { openAdmin } from '@menshen/auth/admin/open'
import { loadAuthConfig } from '@menshen/auth/config'
import { sha256 } from '@menshen/auth/core/secrets'
import { audit } from '@menshen/auth/stores/audit'
import { clients } from '@menshen/auth/stores/clients'
import { grants } from '@menshen/auth/stores/grants'
import { registrationTokens } from '@menshen/auth/stores/registration-tokens'
import { sessions } from '@menshen/auth/stores/sessions'
import { outboxEvents } from '@menshen/shared/events'
import { onMongo } from '@menshen/shared/testing/databases'
import { databaseUrlOf } from '../src/database-urls.ts'
import { demo } from '../src/demo-clients.ts'
import { runHere } from './support/in-process.ts'
import { runMenshen } from './support/menshen.ts'

const secretsKey = 'the secrets key of the tests; 32 or more'
const password = 'correct horse battery staple'

function recordsOn(driver: string, base: string): void {
  describe(`menshen on ${driver}`, () => {
    const env = { DATABASE_URL: base, SECRETS_KEY: secretsKey, MENSHEN_ACTOR: 'the tests' }
    const menshen = (...args: string[]) => runHere(args, { env, input: `${password}\n` })
    const json = async (...args: string[]) => JSON.parse((await menshen(...args, '--json')).out)
    const opened = () => openAdmin(loadAuthConfig({ DATABASE_URL: databaseUrlOf(base, 'auth'), SECRETS_KEY: secretsKey }))

    test('a client: its secret is shown once and stored as a hash; disabled, enabled, deleted; each with its record and event', async () => {
      const home = ['--post-logout-redirect-uri', 'https://shop.example/']
      const back = ['--backchannel-logout-uri', 'https://shop.example/logout']
      const redirect = ['--redirect-uri', 'https://shop.example/callback']
      const created = await menshen('client', 'create', 'shop', ...redirect, ...home, ...back, '--json')
      expect(created).toMatchObject({ code: 0, err: '' })
      const { client, client_secret } = JSON.parse(created.out)
      expect(client).toMatchObject({ client_id: 'shop', client_name: 'shop', secrets: 1, disabledAt: null, version: 1 })
      expect(client).toMatchObject({ post_logout_redirect_uris: home.slice(1), backchannel_logout_uri: back[1] })
      expect(await menshen('client', 'create', 'shop', '--redirect-uri', 'https://shop.example/callback')).toMatchObject({
        code: 1,
        err: 'client shop is there already\n',
      })

      const kept = await json('client', 'rotate-secret', 'shop', '--keep', '--yes')
      expect(kept.client.secrets).toBe(2)
      expect((await json('client', 'rotate-secret', 'shop', '--finish', '--yes')).client.secrets).toBe(1)
      expect(await menshen('client', 'rotate-secret', 'shop', '--keep', '--finish', '--yes')).toMatchObject({ code: 2 })
      const admin = await opened()
      const stored = await admin.database.collection(clients).find({ client_id: 'shop' })
      expect(stored?.secretHashes).toEqual([sha256(kept.client_secret)])

      expect((await json('client', 'disable', 'shop', '--yes')).disabledAt).toEqual(expect.any(Number))
      expect((await menshen('client', 'list')).out).toMatch(
        /^shop +shop +authorization_code +client_secret_basic +third +disabled$/m,
      )
      expect((await json('client', 'enable', 'shop')).disabledAt).toBeNull()
      expect((await json('client', 'delete', 'shop', '--yes')).client_id).toBe('shop')
      expect(await menshen('client', 'show', 'shop')).toMatchObject({ code: 3, err: 'there is no client shop\n' })

      expect((await menshen('audit', 'list', '--subject', 'shop')).out).toMatch(/disabledAt: - -> \d{4}-\d\d-\d\dT[\d:]+Z$/m)
      const records = await admin.database.collection(audit).list({ subject: 'shop' }, { orderBy: 'at' })
      const actions = ['created', 'updated', 'updated', 'disabled', 'updated', 'deleted'].map((done) => `client.${done}`)
      expect(records.map(({ action }) => action)).toEqual(actions)
      expect(new Set(records.map(({ actor }) => actor))).toEqual(new Set(['the tests']))
      expect(records.at(1)).toMatchObject({ before: { secrets: 1 }, after: { secrets: 2 } })
      const events = await admin.database.collection(outboxEvents).list({})
      expect(events.map(({ event }) => event.type).sort()).toEqual([...actions].sort())
      const everything = JSON.stringify([records, events])
      for (const secret of [client_secret, sha256(client_secret), kept.client_secret, sha256(kept.client_secret)])
        expect(everything).not.toContain(secret)
      await admin.close()
    }, 60_000)

    test('an initial access token: shown once and stored as a hash, for so many apps and so long; revoked; each with its record (RFC 7591 section 3)', async () => {
      const created = await json('registration-token', 'create', '--uses', '3', '--expires-in', '12h')
      const { registration_token, token } = created
      expect(registration_token).toEqual({
        id: expect.any(String),
        createdAt: expect.any(Number),
        expiresAt: registration_token.createdAt + 12 * 3_600_000,
        usesLeft: 3,
        revokedAt: null,
      })
      expect(token).toMatch(/^[\w-]{43}$/)
      expect((await menshen('registration-token', 'create')).out).toMatch(/^token {2}[\w-]{43}$/m)
      for (const wrong of ['0', '1001', 'many'])
        expect(await menshen('registration-token', 'create', '--uses', wrong)).toMatchObject({ code: 2 })
      for (const wrong of ['0d', '7', '366d', '1w'])
        expect(await menshen('registration-token', 'create', '--expires-in', wrong)).toMatchObject({ code: 2 })

      const { id } = registration_token
      expect((await json('registration-token', 'list')).items).toHaveLength(2)
      expect(await json('registration-token', 'revoke', id)).toEqual({ ...registration_token, revokedAt: expect.any(Number) })
      expect((await menshen('registration-token', 'list')).out).toMatch(new RegExp(`^${id} .* 3 +revoked$`, 'm'))
      expect(await menshen('registration-token', 'revoke', 'nothing')).toMatchObject({ code: 3 })

      const { items } = await json('audit', 'list', '--subject', id)
      expect(items.map(({ action }: { action: string }) => action)).toEqual([
        'registration_token.revoked',
        'registration_token.created',
      ])
      const admin = await opened()
      const stored = await admin.database.collection(registrationTokens).find({ id })
      expect(stored?.hash).toBe(sha256(token))
      expect(JSON.stringify(items)).not.toContain(sha256(token))
      expect(JSON.stringify([items, stored])).not.toContain(token)
      await admin.close()
    }, 60_000)

    test('a person: made with a password that no argument held; found by name; roles; banned and let in again', async () => {
      const created = await json(
        'user',
        'create',
        'Carol',
        '--stdin',
        '--name',
        '卡罗尔',
        '--email',
        'c@example.org',
        '--email-verified',
      )
      expect(created).toMatchObject({ preferred_username: 'Carol', roles: [], disabledAt: null, sessions: 0, grants: 0 })
      expect(created.identifiers).toEqual(['email:c@example.org', 'username:carol'])
      expect(await json('user', 'show', 'C@example.org')).toEqual(created)
      expect((await json('user', 'list', 'CAR')).items.map(({ sub }: { sub: string }) => sub)).toEqual([created.sub])
      expect((await json('user', 'list', 'x')).items).toEqual([])
      const { sub: ofCarl } = await json('user', 'create', 'carl', '--stdin')
      const firstPage = await json('user', 'list', 'car', '--limit', '1')
      const secondPage = await json('user', 'list', 'car', '--limit', '1', '--cursor', firstPage.next)
      expect([firstPage, secondPage].map(({ items }) => items[0].sub)).toEqual([ofCarl, created.sub])
      expect(secondPage.next).toBeNull()

      expect((await json('user', 'grant-role', 'carol', 'reviewer', 'admin')).roles).toEqual(['admin', 'reviewer'])
      expect((await json('user', 'revoke-role', 'carol', 'admin')).roles).toEqual(['reviewer'])
      expect(await menshen('user', 'grant-role', 'carol', 'root')).toMatchObject({ code: 2 })
      expect((await json('user', 'disable', created.sub, '--yes')).disabledAt).toEqual(expect.any(Number))
      expect((await json('user', 'enable', 'carol')).disabledAt).toBeNull()
      expect((await json('user', 'unlock', 'carol')).failures).toBe(0)
      expect(await menshen('user', 'set-password', 'carol', '--yes', '--stdin')).toMatchObject({ code: 0, err: '' })

      const { items } = await json('audit', 'list', '--subject', created.sub)
      expect(items.map(({ action }: { action: string }) => action)).toEqual([
        'user.password_changed',
        'user.unlocked',
        'user.enabled',
        'user.disabled',
        'user.updated',
        'user.updated',
        'user.created',
      ])
      expect(JSON.stringify(items)).not.toContain(password)
      const page = await json('audit', 'list', '--limit', '2')
      expect((await json('audit', 'list', '--limit', '1', '--cursor', page.next)).items[0].action).toBe('user.enabled')

      const admin = await opened()
      const events = (await admin.database.collection(outboxEvents).list({})).map(({ event }) => event)
      const ofCarol = events.filter(({ subject }) => subject === created.sub)
      expect(ofCarol.filter(({ type }) => type === 'user.updated').map(({ data }) => data)).toContainEqual({
        sub: created.sub,
        preferred_username: 'Carol',
        claims: created.claims,
        version: 2,
      })
      expect(ofCarol.find(({ type }) => type === 'user.disabled')?.data).toEqual({ sub: created.sub, version: 4 })
      await admin.close()
    }, 60_000)

    test('a person who is deleted is found no more, and the name is free; the record and the event tell of it, not of the person', async () => {
      const { sub } = await json('user', 'create', 'erin', '--stdin', '--name', 'Erin Lee')
      expect(await menshen('user', 'delete', 'erin', '--yes', '--json')).toMatchObject({ code: 0, err: '' })
      for (const named of ['erin', sub])
        expect(await menshen('user', 'delete', named, '--yes')).toMatchObject({ code: 3, err: `there is no user ${named}\n` })
      expect((await json('user', 'list', 'erin')).items).toEqual([])
      expect((await json('user', 'create', 'erin', '--stdin')).sub).not.toBe(sub)
      expect(await menshen('user', 'delete', 'erin', '--yes')).toMatchObject({ code: 0, out: 'erin is deleted\n' })

      expect((await json('audit', 'list', '--subject', sub)).items.at(0)).toMatchObject({
        actor: 'the tests',
        action: 'user.deleted',
        before: { version: 1, roles: [], disabledAt: null },
        after: null,
      })
      const admin = await opened()
      const events = (await admin.database.collection(outboxEvents).list({})).map(({ event }) => event)
      expect(events.find(({ type, subject }) => type === 'user.deleted' && subject === sub)?.data).toEqual({ sub, version: 2 })
      await admin.close()
    }, 60_000)
  })
}

recordsOn('SQLite', `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-records-'))}`)
onMongo('menshen', (freshUrl) => recordsOn('MongoDB', freshUrl()))

test('what destroys wants --yes where there is no terminal; a secret is never asked of a pipe without --stdin', async () => {
  const env = { DATABASE_URL: `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-records-'))}`, SECRETS_KEY: secretsKey }
  expect(await runMenshen(['client', 'delete', 'shop'], { env })).toMatchObject({
    code: 2,
    err: expect.stringContaining('--yes'),
  })
  expect(await runMenshen(['user', 'create', 'x'], { env })).toMatchObject({ code: 2, err: expect.stringContaining('--stdin') })
}, 30_000)

test('on a terminal what destroys is asked for; a no changes nothing', async () => {
  const env = { DATABASE_URL: `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-records-'))}`, SECRETS_KEY: secretsKey }
  await runHere(['client', 'create', 'shop', '--grant', 'client_credentials', '--first-party'], { env })
  const asked = (answer: boolean) => runHere(['client', 'delete', 'shop'], { env, answer })
  expect(await asked(false)).toEqual({ code: 1, out: '', err: 'not confirmed, nothing was changed\n' })
  expect(await runHere(['client', 'show', 'shop'], { env })).toMatchObject({ code: 0 })
  expect(await asked(true)).toEqual({ code: 0, out: 'shop is deleted\n', err: '' })

  await runHere(['user', 'create', 'finn', '--stdin'], { env, input: `${password}\n` })
  expect(await runHere(['user', 'delete', 'finn'], { env, answer: false })).toMatchObject({ code: 1 })
  expect(await runHere(['user', 'show', 'finn'], { env })).toMatchObject({ code: 0 })
})

test('export prints what apply reads, without secrets; applying it changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-records-'))
  const env = { DATABASE_URL: `sqlite:${folder}`, SECRETS_KEY: secretsKey }
  const file = join(folder, 'menshen.json')
  writeFileSync(file, JSON.stringify(demo))
  await runHere(['apply', file], { env })
  const { out } = await runHere(['export'], { env })
  expect(out).not.toMatch(/client_secret":|password":|Hashes|sealed/)
  writeFileSync(file, out)
  const again = await runHere(['apply', file], { env })
  expect(again).toMatchObject({ code: 0, err: '' })
  expect(again.out).toMatch(/0 created, 0 updated, \d+ unchanged\n$/)
  expect(Object.keys(JSON.parse((await runHere(['export', '--no-users'], { env })).out))).toEqual(['apis', 'clients'])
}, 30_000)

test('nothing that a terminal might act on is printed, of whomever it comes: in JSON, tables, reports and refusals', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-records-'))
  const env = { DATABASE_URL: `sqlite:${folder}`, SECRETS_KEY: secretsKey }
  const hostile = 'evil\u009b31m\u202e\u{e0001}\u2028"\\'
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ typ: 'at+jwt' })}.${part({ sub: hostile })}.x`
  const file = join(folder, `${hostile}.json`)
  writeFileSync(file, JSON.stringify({ clients: [{ [hostile]: 1 }] }))
  const cursor = Buffer.from('[{"gt":""},"x"]').toString('base64url')
  for (const [args, code] of [
    [['token', 'inspect', '--stdin'], 1],
    [['token', 'inspect', '--stdin', '--json'], 1],
    [['apply', file], 1],
    [['apply', `${file}.gone`], 1],
    [['user', 'show', hostile], 3],
    [['user', 'grant-role', 'x', hostile], 2],
    [['user', 'list', '--cursor', cursor], 1],
    [[hostile], 2],
  ] as const) {
    const ended = await runHere(args, { env, input: token })
    expect([args, ended]).toEqual([args, { ...ended, code }])
    expect(ended.out + ended.err).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\u2028]/u)
    if (args.at(-1) === '--json') expect(JSON.parse(ended.out).claims.sub).toBe(hostile)
  }
}, 30_000)

test('a session is signed out and a grant revoked, once; what is not there is exit code 3', async () => {
  const env = { DATABASE_URL: `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-records-'))}`, SECRETS_KEY: secretsKey }
  const json = async (...args: string[]) => JSON.parse((await runHere([...args, '--json'], { env, input: `${password}\n` })).out)
  const { sub } = await json('user', 'create', 'dora', '--stdin')
  const admin = await openAdmin(
    loadAuthConfig({ DATABASE_URL: databaseUrlOf(env.DATABASE_URL, 'auth'), SECRETS_KEY: secretsKey }),
  )
  const now = Date.now()
  const [later, amr] = [now + 60_000, ['pwd']]
  const of = { sub, sid: 's1', createdAt: now, purgeAt: later }
  const session = {
    ...of,
    browser: 'hash of a cookie',
    authenticatedAt: now,
    amr,
    client_id: null,
    endedAt: null,
    idleUntil: later,
  }
  await admin.database.collection(sessions).insert(session)
  const given = { ...of, grant_id: 'g1', client_id: 'shop', scope: 'openid', resource: [], auth_time: 1, amr }
  await admin.database.collection(grants).insert({ ...given, revokedAt: null, revokedFor: null })

  expect((await json('session', 'list', 'dora')).items).toMatchObject([{ sid: 's1', endedAt: null }])
  expect(JSON.stringify(await json('session', 'list', 'dora'))).not.toContain('hash of a cookie')
  expect((await json('grant', 'list', 'dora')).items).toMatchObject([{ grant_id: 'g1', revokedAt: null }])
  const [ended, revoked] = [await json('session', 'end', 's1', '--yes'), await json('grant', 'revoke', 'g1', '--yes')]
  expect([await json('session', 'end', 's1', '--yes'), await json('grant', 'revoke', 'g1', '--yes')]).toEqual([ended, revoked])
  expect([(await json('session', 'list', 'dora')).items, (await json('grant', 'list', 'dora')).items]).toEqual([[], []])
  expect((await json('grant', 'list', 'dora', '--all')).items).toHaveLength(1)
  const events = (await admin.database.collection(outboxEvents).list({})).map(({ event }) => event.type).sort()
  expect(events).toEqual(['grant.revoked', 'session.ended', 'user.created'])
  await admin.close()
  expect(await runHere(['session', 'end', 'nowhere', '--yes'], { env })).toMatchObject({
    code: 3,
    err: 'there is no session nowhere\n',
  })
  expect(await runHere(['grant', 'revoke', 'nowhere', '--yes'], { env })).toMatchObject({ code: 3 })
}, 30_000)
