import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from '@jest/globals'
import { openAdmin } from '@menshen/auth/admin/open'
import { loadAuthConfig } from '@menshen/auth/config'
import { users } from '@menshen/auth/stores/users'
import { outboxEvents } from '@menshen/shared/events'
import { databaseUrlOf } from '../src/database-urls.ts'
import { demo } from '../src/demo-clients.ts'
import { type Ended, runMenshen } from './support/menshen.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'menshen-cli-'))
})
const base = () => `sqlite:${join(folder, 'data')}`

/** On the database of this test. */
const menshen = (...args: string[]) => menshenWith({}, ...args)
const menshenWith = (more: Record<string, string>, ...args: string[]) =>
  runMenshen(args, { env: { ...more, DATABASE_URL: base() } })

function file(content: unknown): string {
  const path = join(folder, 'apply.json')
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  return path
}

/** What the demo consists of. */
const all = demo.apis.length + demo.clients.length + demo.users.length

const summary = ({ out }: Ended) => out.trimEnd().split('\n').at(-1)

async function stored() {
  const databaseUrl = databaseUrlOf(base(), 'auth')
  const { database, close } = await openAdmin(loadAuthConfig({ DATABASE_URL: databaseUrl }))
  const people = await database.collection(users).list({})
  const waiting = await database.collection(outboxEvents).list({})
  await close()
  return { people: people.map(({ preferred_username }) => preferred_username).sort(), waiting: waiting.length }
}

test('apply registers the demo; again it changes nothing; the events wait for the relay of auth', async () => {
  const path = file(demo)
  const first = await menshen('apply', path)
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toMatch(/^client +third-party-site +created$/m)
  expect(summary(first)).toBe(`${all} created, 0 updated, 0 unchanged`)
  expect(await stored()).toEqual({ people: ['alice', 'bob'], waiting: all })

  expect(summary(await menshen('apply', path))).toBe(`0 created, 0 updated, ${all} unchanged`)
  expect(await stored()).toEqual({ people: ['alice', 'bob'], waiting: all })
}, 30_000)

test('--dry-run shows the difference and writes nothing, not even a database', async () => {
  const dry = await menshen('apply', file(demo), '--dry-run')
  expect(dry).toMatchObject({ code: 0, err: '' })
  expect(summary(dry)).toBe(`Dry run, nothing was written: ${all} to create, 0 to update, 0 unchanged`)
  expect(existsSync(join(folder, 'data'))).toBe(false)
}, 30_000)

test('two processes that create one user at once end with one user, and both are content', async () => {
  const path = file({ users: demo.users })
  const both = await Promise.all([menshen('apply', path), menshen('apply', path)])
  expect(both).toMatchObject([
    { code: 0, err: '' },
    { code: 0, err: '' },
  ])
  expect(await stored()).toEqual({ people: ['alice', 'bob'], waiting: 2 })
}, 30_000)

test('all faults of a file are told, a line each, with exit code 1', async () => {
  const { code, out, err } = await menshen('apply', file({ clients: [{ client_id: 'x', redirect_uri: [] }], user: [] }))
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err.trimEnd().split('\n')).toEqual([
    'clients[0].client_secret is missing: a confidential client needs one when it is created',
    'clients[0].redirect_uri is not known; did you mean redirect_uris?',
    'clients[0].redirect_uris is missing: authorization_code needs one (RFC 7591 section 2)',
    'user is not known; did you mean users?',
  ])
}, 30_000)

test('bad JSON is told by its place, a missing file by its name, each in one line', async () => {
  const bad = file('{\n  "clients": [],\n}\n')
  expect(await menshen('apply', bad)).toEqual({
    code: 1,
    out: '',
    err: `${bad} is no JSON: line 3, column 1: expected a name in double quotes\n`,
  })
  expect(await menshen('apply', 'nowhere.json')).toEqual({ code: 1, out: '', err: 'nowhere.json: no such file\n' })
}, 30_000)

test('an unknown command is told in two lines, none at all or half of one lists the commands, with exit code 2; wrong arguments show the usage', async () => {
  const unknown = await menshen('aply')
  expect(unknown).toMatchObject({ code: 2, out: '' })
  expect(unknown.err).toBe('aply is no command; did you mean apply?\n\nnpm run menshen -- --help lists the commands.\n')
  expect((await menshen()).err).toContain('apply FILE')
  expect((await menshen('client')).err).toMatch(/^client what\?[\s\S]+client list/)
  expect(await menshen('apply')).toMatchObject({ code: 2, err: expect.stringContaining('FILE is missing') })
  expect(await menshen('apply', '--dry', 'x.json')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^Unknown option '--dry'\n/),
  })
}, 30_000)

test('what is wrong with a client or a person that a command makes is told by the field: nobody wrote a document', async () => {
  expect(await menshen('client', 'create', 'a b', '--redirect-uri', 'http://shop.example/')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringMatching(/^client_id must be [^\n]+\nredirect_uris\[0\] must be [^\n]+\n$/),
  })
}, 30_000)

test('--help tells how it is used, of all and of one command', async () => {
  expect(await menshen('--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Commands:') })
  expect(await menshen('apply', '--help')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('--dry-run') })
}, 30_000)

test('npm run menshen apply FILE --dry-run, without the --, writes nothing: npm keeps the flag for itself', async () => {
  const ended = await menshenWith({ npm_config_dry_run: 'true' }, 'apply', file(demo))
  expect(ended).toMatchObject({ code: 2, out: '', err: expect.stringContaining('put -- before the command') })
  expect(existsSync(join(folder, 'data'))).toBe(false)
})
