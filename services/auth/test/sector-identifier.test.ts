import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { applyDocument, planDocument } from '../src/admin/apply.ts'
import { openAdmin } from '../src/admin/open.ts'
import { loadAuthConfig } from '../src/config.ts'

const secret = 'a secret of the tests, 32 or more'
const redirect_uris = ['https://one.example/callback', 'https://two.example/callback']
const client = {
  client_id: 'shop',
  client_secret: secret,
  redirect_uris,
  subject_type: 'pairwise' as const,
  sector_identifier_uri: 'https://sector.example/uris.json',
}

/** What the host of the sector answers, and what it was asked. */
let answer: (response: ServerResponse) => void
let asked: string[] = []
const host = createServer((request, response) => {
  asked.push(request.url ?? '')
  answer(response)
})
let admin: Awaited<ReturnType<typeof openAdmin>> & { fetch: typeof fetch }

beforeAll(() => new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve)))
afterAll(() => void host.close())
afterEach(() => admin.close())
beforeEach(async () => {
  asked = []
  answer = listing(redirect_uris)
  const env = {
    DATABASE_URL: 'sqlite::memory:',
    ISSUER: 'https://login.example',
    SECRETS_KEY: 'the secrets key of the tests; 32 or more',
  }
  admin = { ...(await openAdmin(loadAuthConfig(env))), fetch: toThisMachine }
})

/** All hosts are this one here; the rest of the request is as it was sent. */
const toThisMachine: typeof fetch = (url, init) => {
  const { protocol, pathname } = new URL(String(url))
  if (protocol !== 'https:') throw new Error('only https is asked')
  return fetch(`http://127.0.0.1:${(host.address() as AddressInfo).port}${pathname}`, init)
}

const listing = (list: unknown) => (response: ServerResponse) => void response.end(JSON.stringify(list))
const apply = async (clients: object[]) => (await applyDocument({ clients }, admin)).map(({ action }) => action)
const faultsOf = (clients: object[]) =>
  applyDocument({ clients }, admin).then(
    () => 'taken',
    (error: Error) => error.message,
  )

test('the file at sector_identifier_uri must list all redirect URIs (OpenID Connect Core section 8.1)', async () => {
  expect(await apply([client])).toEqual(['created'])
  expect(asked).toEqual(['/uris.json'])
  answer = listing(redirect_uris.slice(1))
  const other = { ...client, client_id: 'other' }
  expect(await faultsOf([client, other])).toBe('clients[1].sector_identifier_uri does not list all of the redirect_uris')
})

test('it is asked only for what is new: the same document again needs no network', async () => {
  await apply([client])
  answer = (response) => void response.destroy()
  expect(await apply([client])).toEqual(['unchanged'])
  expect(await apply([{ ...client, redirect_uris: redirect_uris.slice(1) }])).toEqual(['updated'])
  expect(await faultsOf([{ ...client, redirect_uris: [...redirect_uris, 'https://three.example/'] }])).toMatch("can't be read")
})

test('a dry run asks too, and writes nothing', async () => {
  answer = listing([])
  await expect(planDocument({ clients: [client] }, admin)).rejects.toThrow('does not list all')
})

test.each<[string, (response: ServerResponse) => void, string]>([
  ['redirects', (response) => void response.writeHead(302, { location: '/other.json' }).end(), ''],
  ['has no such file', (response) => void response.writeHead(404).end('[]'), 'it answers 404'],
  ['is no list', listing({ redirect_uris }), 'it is no list'],
  ['is no JSON', (response) => void response.end('<html>'), ''],
  ['is larger than 64 KiB', listing([...redirect_uris, 'x'.repeat(65_536)]), 'more than 65536 characters'],
])("what can't be trusted is refused: it %s", async (_, given, text) => {
  answer = given
  expect(await faultsOf([client])).toMatch("clients[0].sector_identifier_uri can't be read: ")
  expect(await faultsOf([client])).toContain(text)
  expect(new Set(asked)).toEqual(new Set(['/uris.json']))
})

test.each([
  ['several hosts', redirect_uris],
  ['a private-use scheme', ['com.example.app:/callback']],
  ['a loopback address', ['http://127.0.0.1/callback']],
])('pairwise subjects over %s need a sector_identifier_uri', async (_, redirect_uris) => {
  const fault = await faultsOf([{ ...client, redirect_uris, sector_identifier_uri: null }])
  expect(fault).toMatch('clients[0].sector_identifier_uri is missing: pairwise subjects need it')
  expect(asked).toEqual([])
})

test('one host of its own is a sector, whatever the port; sector_identifier_uri must be https', async () => {
  const alone = { ...client, redirect_uris: ['https://one.example/a', 'https://one.example:8443/b'], sector_identifier_uri: null }
  expect(await apply([alone])).toEqual(['created'])
  expect(await faultsOf([{ ...client, sector_identifier_uri: 'http://sector.example/uris.json' }])).toBe(
    'clients[0].sector_identifier_uri must be an https URL (OpenID Connect Core section 8.1)',
  )
})
