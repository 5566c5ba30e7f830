import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { schema } from '@menshen/auth/stores/index'
import { refreshTokens } from '@menshen/auth/stores/refresh-tokens'
import { insertInto, openDatabase } from '@menshen/shared/storage'
import { openCopy } from '@menshen/shared/storage/copy'
import { schemaVersions } from '@menshen/shared/storage/schema'
import { onMongo } from '@menshen/shared/testing/databases'
import { databaseUrlOf } from '../src/database-urls.ts'
import { holdFolder } from '../src/hold-folder.ts'
import { runHere } from './support/in-process.ts'

const folder = () => `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-copy-'))}`
const production = {
  NODE_ENV: 'production',
  ISSUER: 'https://login.example',
  SECRETS_KEY: 'the secrets key of the tests; 32 or more',
}
const inTheFuture = Date.now() + 3_600_000

const tokenOf = (i: number, expiresAt = inTheFuture) => ({
  hash: `hash-${String(i).padStart(6, '0')}`,
  grant_id: `grant-${i}`,
  client_id: 'mobile-app',
  usedAt: null,
  successor: null,
  successorExpiresAt: null,
  expiresAt,
  familyExpiresAt: expiresAt,
})

/** A migrated source with so many refresh tokens. */
async function sourceOf(from: string, count = 3): Promise<string> {
  await runHere(['migrate'], { env: { ...production, DATABASE_URL: from } })
  const database = await openDatabase(databaseUrlOf(from, 'auth'), { schema })
  const tokens = Array.from({ length: count }, (_, i) => insertInto(refreshTokens, tokenOf(i)))
  for (let i = 0; i < count; i += 1000) await database.transaction(tokens.slice(i, i + 1000))
  await database.close()
  return from
}

const envOf = (from: string, to: string) => ({ ...production, DATABASE_URL: from, TARGET_DATABASE_URL: to })
const copy = (from: string, to: string) => runHere(['copy', '--json'], { env: envOf(from, to) })
const copied = (out: string): Record<string, number> =>
  Object.fromEntries(
    JSON.parse(out).copied.map((each: { collection: string; records: number }) => [each.collection, each.records]),
  )

/** The refresh tokens of a database, as they stand there. */
async function tokensIn(base: string) {
  const database = await openDatabase(databaseUrlOf(base, 'auth'), { collections: [refreshTokens] })
  const tokens = await database.collection(refreshTokens).list({}, { orderBy: 'hash' })
  await database.close()
  return tokens
}

/** `menshen copy` in a process of its own, which is killed as soon as the target has more than so many records. */
async function copyUntil(more: number, from: string, to: string): Promise<void> {
  const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
  const env = { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '8', ...envOf(from, to) }
  const child = spawn(process.execPath, ['--conditions=menshen-source', '--import', 'tsx', cli, 'copy'], { env, stdio: 'ignore' })
  const ended = once(child, 'close')
  const database = await openDatabase(databaseUrlOf(to, 'auth'), { collections: [refreshTokens] })
  const stored = database.collection(refreshTokens)
  while (!(await stored.find({ hash: tokenOf(more).hash })) && child.exitCode === null) await nextTurn()
  child.kill('SIGKILL')
  await database.close()
  expect(await ended).toEqual([null, 'SIGKILL'])
}

onMongo('menshen copy', (freshUrl) => {
  test.each([
    ['SQLite to MongoDB', folder, freshUrl],
    ['MongoDB to SQLite', freshUrl, folder],
  ])(
    'from %s, killed twice, it goes on where it was; nothing starts on the target before it has ended',
    async (_, source, target) => {
      const count = 12_000
      const [from, to] = [await sourceOf(source(), count), target()]
      await copyUntil(0, from, to)
      const partly = (await tokensIn(to)).length
      expect(partly).toBeLessThan(count)
      const { code, err } = await runHere(['client', 'list'], { env: { ...production, DATABASE_URL: to } })
      expect([code, err]).toEqual([1, expect.stringContaining('the database is an unfinished copy of')])

      await copyUntil(partly + 1000, from, to)
      const ended = await copy(from, to)
      expect([ended.code, copied(ended.out)]).toEqual([0, expect.objectContaining({ refresh_tokens: count, users: 0 })])
      expect(await tokensIn(to)).toEqual(await tokensIn(from))
      expect((await runHere(['client', 'list'], { env: { ...production, DATABASE_URL: to } })).code).toBe(0)
      expect(await copy(from, to)).toMatchObject({ code: 1, err: expect.stringContaining('everything was copied there before') })
    },
    120_000,
  )

  test('what is wrong with a target is told by the name of its variable, without the password in it', async () => {
    const to = freshUrl().replace('//', '//menshen:hunter2@')
    const { code, err } = await copy(await sourceOf(folder()), to)
    expect([code, err]).toEqual([1, expect.stringMatching(/^MongoDB at \S+ can't be used: .* \(TARGET_DATABASE_URL\)\n$/)])
    expect(err).not.toContain('hunter2')
  })
})

test('what has expired stays behind, and both agree', async () => {
  const [from, to] = [await sourceOf(folder()), folder()]
  const database = await openDatabase(databaseUrlOf(from, 'auth'), { schema })
  await database.collection(refreshTokens).insert(tokenOf(9, Date.now() - 1))
  await database.close()
  expect(copied((await copy(from, to)).out)).toMatchObject({ refresh_tokens: 3 })
  expect(await tokensIn(to)).toHaveLength(3)
})

test('a source that was written to after its copy began is found out, and nothing starts on the target', async () => {
  const [from, to] = [await sourceOf(folder()), folder()]
  await begun(from, to)
  const database = await openDatabase(databaseUrlOf(from, 'auth'), { schema })
  await database.collection(refreshTokens).update({ hash: tokenOf(0).hash }, { set: { usedAt: 1 } })
  await database.close()
  const { code, err } = await copy(from, to)
  expect([code, err]).toEqual([
    1,
    expect.stringContaining('refresh_tokens of auth differ: 3 records in the source, 3 in the target'),
  ])
  expect((await runHere(['client', 'list'], { env: { ...production, DATABASE_URL: to } })).code).toBe(1)
})

/** All of auth's records are copied, and it was killed then. */
async function begun(from: string, to: string): Promise<void> {
  const ends = { from: databaseUrlOf(from, 'auth'), to: databaseUrlOf(to, 'auth'), variable: 'TARGET_DATABASE_URL' }
  const unfinished = await openCopy({ ...ends, schema, at: Date.now() })
  await unfinished.begin()
  await unfinished.run(() => {})
  await unfinished.close()
}

test('a target that holds records, or the unfinished copy of another source, is refused and stays as it was', async () => {
  const [from, other, to] = [await sourceOf(folder()), await sourceOf(folder(), 5), folder()]
  const refused = async (target: string, count: number) => {
    const { code, err } = await copy(from, target)
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/is no empty database, and no unfinished copy of .*nothing was changed/),
    ])
    expect(await tokensIn(target)).toHaveLength(count)
  }
  await refused(other, 5)
  await begun(other, to)
  await refused(to, 5)
})

test('a source that a suite is at work on is refused, and so is such a target', async () => {
  const [from, to] = [await sourceOf(folder()), folder()]
  for (const [held, variable] of [
    [from, ' (DATABASE_URL)'],
    [to, 'TARGET_DATABASE_URL'],
  ] as const) {
    const letGo = await holdFolder(held)
    const { code, err } = await copy(from, to)
    letGo()
    expect([code, err]).toEqual([1, expect.stringContaining('another suite runs on the folder')])
    expect(err).toContain(variable)
  }
})

test('a source of another schema is refused, with the command that brings it along', async () => {
  const from = await sourceOf(folder())
  const database = await openDatabase(databaseUrlOf(from, 'auth'), { collections: [schemaVersions] })
  await database.collection(schemaVersions).update({ service: 'auth' }, { set: { version: 1 } })
  await database.close()
  expect(await copy(from, folder())).toMatchObject({ code: 1, err: expect.stringContaining('run `npm run menshen -- migrate`') })
})

test('a target of another schema is refused, also when it is empty', async () => {
  const [from, to] = [await sourceOf(folder()), await sourceOf(folder(), 0)]
  const database = await openDatabase(databaseUrlOf(to, 'auth'), { collections: [schemaVersions] })
  await database.collection(schemaVersions).update({ service: 'auth' }, { set: { version: schema.version + 1 } })
  await database.close()
  expect(await copy(from, to)).toMatchObject({ code: 1, err: expect.stringContaining('start the release that was here last') })
})

test.each([
  ['no target', {}, 'TARGET_DATABASE_URL is not set'],
  ['the source itself', { TARGET_DATABASE_URL: 'sqlite:./nowhere' }, 'DATABASE_URL and TARGET_DATABASE_URL are the same'],
  ['what is in memory', { TARGET_DATABASE_URL: 'sqlite::memory:' }, 'sqlite::memory: ends with its process'],
  ['a folder without databases', { TARGET_DATABASE_URL: 'sqlite:./elsewhere' }, 'there is no ./nowhere/auth.db'],
])('%s is refused in one line, and nothing is made', async (_, more, words) => {
  const { code, err } = await runHere(['copy'], { env: { ...production, DATABASE_URL: 'sqlite:./nowhere', ...more } })
  expect([code, err.trim().split('\n')]).toEqual([1, [expect.stringContaining(words)]])
  expect(existsSync('./nowhere') || existsSync('./elsewhere')).toBe(false)
})
