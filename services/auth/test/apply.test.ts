import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { systemClock } from '@menshen/shared/clock'
import { createOutbox, outboxEvents } from '@menshen/shared/events'
import { createInProcessBus } from '@menshen/shared/events/in-process'
import { onMongo } from '@menshen/shared/testing/databases'
import { createFakeClock } from '@menshen/shared/testing/fake-clock'
import { testLog } from '@menshen/shared/testing/test-log'
import { applyDocument, planDocument } from '../src/admin/apply.ts'
import { DocumentFaults } from '../src/admin/faults.ts'
import { openAdmin } from '../src/admin/open.ts'
import { reportOf } from '../src/admin/report.ts'
import type { ApplyDocument } from '../src/admin/schemas.ts'
import { cached } from '../src/caches.ts'
import { loadAuthConfig } from '../src/config.ts'
import { checkPassword } from '../src/core/password.ts'
import { sha256 } from '../src/core/secrets.ts'
import { createPasswordHasher } from '../src/passwords.ts'
import { apis } from '../src/stores/apis.ts'
import { clients } from '../src/stores/clients.ts'
import { collections, createStores } from '../src/stores/index.ts'
import { identifiers, users } from '../src/stores/users.ts'

const secret = 'a secret of the tests, 32 or more'
const otherSecret = 'another secret of the tests, 32 or more'
const shop = {
  client_id: 'shop',
  client_secret: secret,
  redirect_uris: ['https://shop.example/callback'],
  scope: 'openid learning:read',
}
const alice = {
  username: 'Alice',
  password: 'correct horse battery',
  name: 'Alice',
  email: 'Alice@example.org',
  email_verified: true,
}
const learning = {
  resource: 'https://learning.example',
  name: 'Learning',
  scopes: [{ name: 'learning:read', description: 'See what you learned' }],
  client_ids: ['shop'],
}
const everything: ApplyDocument = { clients: [shop], users: [alice], apis: [learning] }

type Admin = Awaited<ReturnType<typeof openAdmin>>

const open = (databaseUrl: string) =>
  openAdmin(
    loadAuthConfig({
      DATABASE_URL: databaseUrl,
      ISSUER: 'https://login.example',
      SECRETS_KEY: 'the secrets key of the tests; 32 or more',
    }),
  )

/** All that is stored, whole. */
async function snapshot({ database }: Admin): Promise<Record<string, object[]>> {
  const all = collections.map(async (definition) => {
    const records: object[] = await database.collection(definition).list({}, { orderBy: definition.key })
    return [definition.name, records] as const
  })
  return Object.fromEntries(await Promise.all(all))
}

const actions = async (document: unknown, admin: Admin) => (await applyDocument(document, admin)).map(({ action }) => action)
const events = async ({ database }: Admin) =>
  (await database.collection(outboxEvents).list({}, { orderBy: 'createdAt' })).map(({ event }) => event)
const eventsOf = async (subject: string, admin: Admin) => (await events(admin)).filter((event) => event.subject === subject)

async function signsIn(username: string, password: string, { database, outbox }: Admin): Promise<boolean> {
  const clock = systemClock
  const stores = createStores({ database, outbox, clock })
  const caller = { address: '', userAgent: null, hasLeft: () => false }
  const guess = { username, password, caller, deviceOf: () => undefined }
  const config = loadAuthConfig({ SIGN_IN_FREE_FAILURES: '100' })
  const deps = {
    ...stores,
    clock,
    config,
    passwords: createPasswordHasher({ parallel: 1 }),
    signInHeard: () => {},
    throttled: () => {},
  }
  const sub = await checkPassword(guess, deps)
  return sub !== undefined
}

async function faultsOf(document: unknown, admin: Admin): Promise<readonly string[]> {
  const failure = await applyDocument(document, admin).catch((error: unknown) => error)
  if (!(failure instanceof DocumentFaults)) throw new Error('the document was taken', { cause: failure })
  return failure.faults
}

function applyOn(driver: string, url: () => string): void {
  describe(`apply on ${driver}`, () => {
    let admin: Admin
    const find = {
      client: (client_id = 'shop') => admin.database.collection(clients).find({ client_id }),
      api: () => admin.database.collection(apis).find({ resource: learning.resource }),
      sub: async (id = 'username:alice') => (await admin.database.collection(identifiers).find({ id }))?.sub ?? 'nobody',
      alice: async () => admin.database.collection(users).find({ sub: await find.sub() }),
      identifiers: async () =>
        (await admin.database.collection(identifiers).list({ sub: await find.sub() }, { orderBy: 'id' })).map(({ id }) => id),
    }
    beforeEach(async () => {
      admin = await open(url())
    })
    afterEach(() => admin.close())

    test('a client gets the defaults of RFC 7591 section 2, and its secret is stored as a hash only', async () => {
      await applyDocument(everything, admin)
      expect(await find.client()).toMatchObject({
        client_name: 'shop',
        client_uri: null,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'RS256',
        first_party: false,
        secretHashes: [sha256(secret)],
      })
      expect(JSON.stringify(await snapshot(admin))).not.toContain(secret)
    })

    test('a person signs in with the user name, however it is written, and a verified e-mail identifies, too', async () => {
      await applyDocument(everything, admin)
      expect(await find.alice()).toMatchObject({
        preferred_username: 'Alice',
        claims: { name: 'Alice', email: 'Alice@example.org', email_verified: true },
        disabledAt: null,
      })
      expect(await find.identifiers()).toEqual(['email:alice@example.org', 'username:alice'])
      expect(await signsIn('aLICE', alice.password, admin)).toBe(true)
      expect(JSON.stringify(await snapshot(admin))).not.toContain(alice.password)
    })

    test('an unverified e-mail identifies nobody', async () => {
      await applyDocument({ users: [{ ...alice, email_verified: false }] }, admin)
      expect(await find.identifiers()).toEqual(['username:alice'])
    })

    test('each creation has its event in the outbox, with the version', async () => {
      await applyDocument(everything, admin)
      const sub = await find.sub()
      const told = (await events(admin)).map(({ type, subject, data }) => ({ type, subject, version: data['version'] }))
      expect(told).toHaveLength(3)
      expect(told).toEqual(
        expect.arrayContaining([
          { type: 'api.created', subject: 'https://learning.example', version: 1 },
          { type: 'client.created', subject: 'shop', version: 1 },
          { type: 'user.created', subject: sub, version: 1 },
        ]),
      )
    })

    test.each([
      ['into', null, 'egg' as const, 'must stay null'],
      ['out of', 'egg' as const, null, 'must stay egg'],
      ['between', 'egg' as const, 'authserver' as const, 'must stay egg'],
    ])('a client does not move %s dialects: what it holds was given to the door that it had', async (_, before, after, fault) => {
      const withDialect = (dialect: 'egg' | 'authserver' | null) => ({ clients: [{ ...shop, dialect }] })
      await applyDocument({ ...everything, ...withDialect(before) }, admin)
      const faults = [expect.stringContaining(`clients[0].dialect ${fault}`)]
      expect(await applyDocument(withDialect(after), admin).catch((error: unknown) => error)).toMatchObject({ faults })
      expect((await find.client())?.dialect).toBe(before)
    })

    test('an unchanged document writes nothing', async () => {
      expect(await actions(everything, admin)).toEqual(['created', 'created', 'created'])
      const before = await snapshot(admin)
      expect(await actions(everything, admin)).toEqual(['unchanged', 'unchanged', 'unchanged'])
      expect(await snapshot(admin)).toEqual(before)
    })

    test('a dry run writes nothing', async () => {
      const before = await snapshot(admin)
      expect((await planDocument(everything, admin)).map(({ action }) => action)).toEqual(['created', 'created', 'created'])
      expect(await snapshot(admin)).toEqual(before)
    })

    test('what changed is written, with one event; the rest is left alone', async () => {
      await applyDocument(everything, admin)
      const changed = { ...everything, apis: [{ ...learning, access_token_ttl: 60 }] }
      expect(await actions(changed, admin)).toEqual(['updated', 'unchanged', 'unchanged'])
      expect(await find.api()).toMatchObject({ name: 'Learning', access_token_ttl: 60, version: 2 })
      expect(await eventsOf(learning.resource, admin)).toHaveLength(2)
      expect(await events(admin)).toHaveLength(4)
    })

    test('what the document does not name stays: other records, and claims that a person has besides', async () => {
      await applyDocument({ ...everything, users: [{ ...alice, nickname: 'Ali' }] }, admin)
      const { password: _, email: _email, email_verified: _verified, ...rest } = alice
      await applyDocument({ users: [{ ...rest, name: 'Alice Liu' }] }, admin)
      expect((await find.alice())?.claims).toEqual({
        name: 'Alice Liu',
        nickname: 'Ali',
        email: alice.email,
        email_verified: true,
      })
      expect(await find.client()).toBeDefined()
    })

    test('a password counts for a new user only', async () => {
      await applyDocument(everything, admin)
      expect(await actions({ users: [{ ...alice, password: 'another password' }] }, admin)).toEqual(['unchanged'])
      expect(await signsIn('alice', alice.password, admin)).toBe(true)
      expect(await signsIn('alice', 'another password', admin)).toBe(false)
    })

    test('a new secret replaces those in force; one of those, or none, changes nothing', async () => {
      await applyDocument({ clients: [shop] }, admin)
      const { client_secret: _, ...silent } = shop
      expect(await actions({ clients: [silent] }, admin)).toEqual(['unchanged'])

      const hashes = [sha256(secret), sha256(otherSecret)]
      await admin.database.collection(clients).update({ client_id: 'shop' }, { set: { secretHashes: hashes } })
      expect(await actions({ clients: [{ ...shop, client_secret: otherSecret }] }, admin)).toEqual(['unchanged'])
      expect((await find.client())?.secretHashes).toEqual(hashes)

      const third = 'the third secret of the tests, 32 or more'
      expect(await actions({ clients: [{ ...shop, client_secret: third }] }, admin)).toEqual(['updated'])
      expect((await find.client())?.secretHashes).toEqual([sha256(third)])
    })

    test('a client that becomes public loses its secrets', async () => {
      await applyDocument({ clients: [shop] }, admin)
      const { client_secret: _, ...open } = shop
      await applyDocument({ clients: [{ ...open, token_endpoint_auth_method: 'none' }] }, admin)
      expect(await find.client()).toMatchObject({ token_endpoint_auth_method: 'none', secretHashes: [] })
    })

    test('a new e-mail is unverified until the document says otherwise; the old one identifies no more', async () => {
      await applyDocument(everything, admin)
      const { email_verified: _, ...unsaid } = { ...alice, email: 'liu@example.org' }
      await applyDocument({ users: [unsaid] }, admin)
      expect((await find.alice())?.claims).toMatchObject({ email: 'liu@example.org', email_verified: false })
      expect(await find.identifiers()).toEqual(['username:alice'])

      await applyDocument({ users: [{ ...unsaid, email_verified: true }] }, admin)
      expect(await find.identifiers()).toEqual(['email:liu@example.org', 'username:alice'])
      expect((await find.alice())?.version).toBe(3)
    })

    test('when several create one user at once there is one user, whole, and all of them are content', async () => {
      const candidates = Array.from({ length: 6 }, (_, i) => `the password of candidate ${i}`)
      await Promise.all(candidates.map((password) => applyDocument({ users: [{ ...alice, password }] }, admin)))

      const sub = await find.sub()
      const { users: people, identifiers: ids, passwords: hashes, outbox } = await snapshot(admin)
      expect(people).toMatchObject([{ sub, version: 1 }])
      expect(ids).toEqual([
        { id: 'email:alice@example.org', sub },
        { id: 'username:alice', sub },
      ])
      expect(hashes).toHaveLength(1)
      expect(outbox).toHaveLength(1)
      const right = await Promise.all(candidates.map((password) => signsIn('alice', password, admin)))
      expect(right.filter(Boolean)).toHaveLength(1)
    })

    test('two that create the same many users at once both come to the end', async () => {
      const many = {
        users: Array.from({ length: 12 }, (_, i) => ({ username: `user ${i}`, password: `the password of user ${i}` })),
      }
      const both = await Promise.all([applyDocument(many, admin), applyDocument(many, admin)])
      const created = both.flat().filter(({ action }) => action === 'created')
      expect(created.map(({ name }) => name).sort()).toEqual(many.users.map(({ username }) => username).sort())
      expect((await snapshot(admin))['users']).toHaveLength(12)
    })

    test('racing updates follow each other, none is blind', async () => {
      await applyDocument({ clients: [shop] }, admin)
      const names = ['One', 'Two', 'Three']
      await Promise.all(names.map((client_name) => applyDocument({ clients: [{ ...shop, client_name }] }, admin)))
      const versions = (await eventsOf('shop', admin)).map(({ data }) => data['version'])
      expect(versions.sort()).toEqual([1, 2, 3, 4])
      expect(names).toContain((await find.client())?.client_name)
    })

    test('nothing is written when there is any fault, and all faults come at once', async () => {
      await applyDocument(everything, admin)
      const before = await snapshot(admin)
      const document = {
        clients: [
          { ...shop, client_name: 'Changed' },
          { client_id: 'no secret', redirect_uri: [] },
        ],
        users: [{ ...alice, sub: 'another-sub' }, { username: 'bob' }],
        apis: [{ resource: 'https://other.example', name: 'Other', scopes: [{ name: 'openid', description: 'All' }] }],
      }
      expect(await faultsOf(document, admin)).toEqual([
        'apis[0].scopes[0].name is a scope of OpenID Connect or of auth, which no API can claim',
        'clients[1].client_id must be printable ASCII without blanks or colon, 128 characters at most',
        'clients[1].client_secret is missing: a confidential client needs one when it is created',
        'clients[1].redirect_uri is not known; did you mean redirect_uris?',
        'clients[1].redirect_uris is missing: authorization_code needs one (RFC 7591 section 2)',
        'users[0].sub is another than the stored one: it never changes',
        'users[1].password is missing: a user needs one when they are created',
      ])
      expect(await snapshot(admin)).toEqual(before)
    })

    test('a scope for first_party clients alone is refused to others, by the document and by what is stored', async () => {
      const writing = { name: 'learning:write', description: 'Record what you learned', first_party: true }
      const apis = [{ ...learning, scopes: [...learning.scopes, writing] }]
      const greedy = { ...shop, scope: 'learning:read learning:write' }
      const fault = 'clients[0].scope must not have learning:write: it is for first_party clients only'
      expect(await faultsOf({ clients: [greedy], apis }, admin)).toEqual([fault])
      await applyDocument({ clients: [{ ...greedy, first_party: true }], apis }, admin)
      expect(await faultsOf({ clients: [greedy] }, admin)).toEqual([fault])
    })

    test('what is stored can refuse: a scope with an API, an e-mail with a person, a sub that is taken', async () => {
      await applyDocument({ ...everything, users: [{ ...alice, sub: 'sub-of-alice' }] }, admin)
      const bob = { username: 'bob', password: 'the password of bob', email: 'ALICE@example.org', email_verified: true }
      const document = {
        clients: [{ client_id: 'sub-of-alice', token_endpoint_auth_method: 'none', grant_types: [] }],
        users: [
          { ...bob, sub: 'sub-of-alice' },
          { username: 'carol', password: 'the password of carol', sub: 'shop' },
        ],
        apis: [{ ...learning, resource: 'https://other.example' }],
      }
      expect(await faultsOf(document, admin)).toEqual([
        'apis[0].scopes[0].name belongs to https://learning.example: a scope has one API',
        'clients[0].client_id is the sub of a user: a client could pass for a person (RFC 9700 section 4.15)',
        'users[0].email is verified, and identifies another user',
        'users[0].sub is that of another user, or was',
        'users[0].sub is a client_id: a client could pass for a person (RFC 9700 section 4.15)',
        'users[1].sub is a client_id: a client could pass for a person (RFC 9700 section 4.15)',
      ])
    })

    test('a scope may move from one API of the document to another', async () => {
      await applyDocument(everything, admin)
      const moved = [
        { ...learning, scopes: [] },
        { ...learning, resource: 'https://other.example' },
      ]
      expect(await actions({ apis: moved }, admin)).toEqual(['updated', 'created'])
    })
  })
}

applyOn('SQLite', () => 'sqlite::memory:')
onMongo('apply', (freshUrl) => applyOn('MongoDB', freshUrl))

describe('a document is refused by name', () => {
  const client = (fields: object) => ({ clients: [{ ...shop, ...fields }] })
  const user = (fields: object) => ({ users: [{ ...alice, ...fields }] })
  const api = (fields: object) => ({ apis: [{ ...learning, client_ids: [], ...fields }] })
  const openClient = { client_secret: undefined, token_endpoint_auth_method: 'none' }

  test.each([
    [[], 'the document must be an object with clients, users and apis'],
    [{ client: [] }, 'client is not known; did you mean clients?'],
    [{ clients: {} }, 'clients must be a list'],
    [{ users: ['bob'] }, 'users[0] must be an object'],

    [client({ client_id: undefined }), 'clients[0].client_id is missing'],
    [client({ client_id: 'a:b' }), 'clients[0].client_id must be printable ASCII without blanks or colon'],
    [client({ client_id: 'käse' }), 'clients[0].client_id must be printable ASCII without blanks or colon'],
    [client({ client_secret: 'x'.repeat(31) }), 'clients[0].client_secret must be 32 to 256 printable ASCII characters'],
    [
      client({ client_secret: 'x'.repeat(7), dialect: 'egg' }),
      'clients[0].client_secret must be 8 to 256 printable ASCII characters',
    ],
    [client({ dialect: 'dingtalk' }), 'clients[0].dialect must be one of authserver, egg, wechat'],
    [
      client({ dialect: 'wechat', token_endpoint_auth_method: 'client_secret_jwt' }),
      'clients[0].token_endpoint_auth_method must be client_secret_basic or client_secret_post: dialect wechat knows no other',
    ],
    [
      client({ dialect: 'authserver', grant_types: ['authorization_code', 'client_credentials'] }),
      'clients[0].grant_types must have none but authorization_code, refresh_token: dialect authserver knows no other',
    ],
    [
      client({ dialect: 'wechat', scope: 'profile' }),
      'clients[0].scope must have openid: each scope of WeChat gives at least that',
    ],
    [client({ grant_types: ['implicit'], redirect_uris: [] }), 'clients[0].redirect_uris is missing: implicit needs one'],
    [client({ client_secret: undefined }), 'clients[0].client_secret is missing: a confidential client needs one'],
    [client({ secret }), 'clients[0].secret is not known; did you mean client_secret?'],
    [client({ redirect_uris: [] }), 'clients[0].redirect_uris is missing: authorization_code needs one'],
    [client({ redirect_uris: undefined }), 'clients[0].redirect_uris is missing: authorization_code needs one'],
    [
      client({ redirect_uris: ['https://a.example/', 'https://a.example/#x'] }),
      'clients[0].redirect_uris[1] must not have a fragment',
    ],
    [client({ redirect_uris: ['https://a.example/', 'https://a.example/'] }), 'clients[0].redirect_uris[1] stands there twice'],
    [client({ client_uri: 'javascript:alert(1)' }), 'clients[0].client_uri must be an http(s) URL'],
    [client({ grant_types: ['device'] }), 'clients[0].grant_types[0] must be one of authorization_code'],
    [client({ grant_types: ['authorization_code', 'password'] }), 'clients[0].grant_types must not have password'],
    [client({ grant_types: ['client_credentials', 'refresh_token'] }), 'clients[0].grant_types has refresh_token, but nothing'],
    [client({ ...openClient, grant_types: ['client_credentials'] }), 'clients[0].grant_types must not have client_credentials'],
    [client({ response_types: ['id_token'] }), 'clients[0].response_types[0] must be one of code, token'],
    [
      client({ response_types: ['code', 'token'] }),
      'clients[0].response_types must have token exactly when grant_types has implicit',
    ],
    [client({ response_types: [] }), 'clients[0].response_types must have code exactly when'],
    [
      client({ grant_types: ['client_credentials'], response_types: ['code'] }),
      'clients[0].response_types must have code exactly when',
    ],
    [client({ token_endpoint_auth_method: 'none' }), 'clients[0].client_secret must not be there'],
    [client({ token_endpoint_auth_method: 'basic' }), 'clients[0].token_endpoint_auth_method must be one of client_secret_basic'],
    [client({ id_token_signed_response_alg: 'none' }), 'clients[0].id_token_signed_response_alg must be one of RS256, ES256'],
    [client({ scope: 'openid  profile' }), 'clients[0].scope must be scopes with one space between them'],
    [client({ scope: 'open"id' }), 'clients[0].scope must be scopes with one space between them'],
    [client({ first_party: 'yes' }), 'clients[0].first_party must be true or false'],
    [{ clients: [shop, shop] }, 'clients[1].client_id is that of clients[0], too'],

    [user({ username: undefined }), 'users[0].username is missing'],
    [user({ username: 'alice@example.org' }), 'users[0].username must not look like an e-mail address'],
    [user({ username: 'alice＠example.org' }), 'users[0].username must not look like an e-mail address'],
    [user({ username: '+8613800138000' }), 'users[0].username must not look like a phone number'],
    [user({ username: '１３８00138000' }), 'users[0].username must not look like a phone number'],
    [user({ username: 'al\u200bice' }), 'users[0].username must be 1 to 64 visible characters'],
    [user({ username: '' }), 'users[0].username must be 1 to 64 visible characters'],
    [user({ password: undefined }), 'users[0].password is missing'],
    [user({ password: 'short' }), 'users[0].password must be 8 characters or more'],
    [user({ preferred_username: 'alice' }), 'users[0].preferred_username is not known; did you mean username?'],
    [user({ email: 'alice' }), 'users[0].email must be an e-mail address'],
    [user({ email: undefined }), 'users[0].email is missing: email_verified needs it'],
    [user({ email_verified: 'true' }), 'users[0].email_verified must be true or false'],
    [user({ phone_number_verified: true }), 'users[0].phone_number is missing: phone_number_verified needs it'],
    [user({ picture: 'javascript:alert(1)' }), 'users[0].picture must be an http(s) URL'],
    [user({ birthdate: '31.12.1999' }), 'users[0].birthdate must be YYYY-MM-DD'],
    [user({ address: 'Main Street' }), 'users[0].address must be an object'],
    [user({ address: { city: 'Berlin' } }), 'users[0].address.city is not known'],
    [user({ address: { postal: '1' } }), 'users[0].address.postal is not known; did you mean postal_code?'],
    [user({ updated_at: '2026-01-01' }), 'users[0].updated_at must be seconds since 1970'],
    [user({ sub: 'two words' }), 'users[0].sub must be printable ASCII without blanks'],
    [
      { users: [alice, { ...alice, username: 'ALICE', email: 'other@example.org' }] },
      'users[1].username is that of users[0], too',
    ],
    [{ users: [alice, { ...alice, username: 'bob' }] }, 'users[1].email is verified, and that of users[0], too'],

    [api({ resource: '/learning' }), 'apis[0].resource must be an absolute URL without fragment'],
    [api({ resource: 'https://learning.example#x' }), 'apis[0].resource must be an absolute URL without fragment'],
    [api({ resource: 'https://login.example' }), 'apis[0].resource is the issuer'],
    [api({ access_token_ttl: 0 }), 'apis[0].access_token_ttl must be whole seconds, 1 to 86400'],
    [api({ access_token_ttl: 86_401 }), 'apis[0].access_token_ttl must be whole seconds, 1 to 86400'],
    [api({ access_token_ttl: 1.5 }), 'apis[0].access_token_ttl must be whole seconds, 1 to 86400'],
    [api({ access_token_signing_alg: 'HS256' }), 'apis[0].access_token_signing_alg must be one of RS256, ES256'],
    [api({ scopes: [{ name: 'offline_access', description: 'x' }] }), 'apis[0].scopes[0].name is a scope of OpenID Connect'],
    [api({ scopes: [{ name: 'a b', description: 'x' }] }), 'apis[0].scopes[0].name must be one scope'],
    [api({ scopes: [learning.scopes[0], learning.scopes[0]] }), 'apis[0].scopes[1] stands there twice'],
    [api({ client_ids: ['nobody'] }), 'apis[0].client_ids[0] is no client, neither in the file nor stored'],
    [{ ...client(openClient), apis: [learning] }, 'apis[0].client_ids[0] is a public client'],
    [
      {
        apis: [
          { ...learning, client_ids: [] },
          { ...learning, client_ids: [], resource: 'urn:other' },
        ],
      },
      'apis[1].scopes[0].name belongs to apis[0]',
    ],
  ])('%j: %s', async (document, fault) => {
    const admin = await open('sqlite::memory:')
    const faults = await faultsOf(JSON.parse(JSON.stringify(document)), admin)
    expect(faults).toEqual([expect.stringContaining(fault)])
    expect(faults.join()).not.toContain(secret)
    await admin.close()
  })
})

describe('the report', () => {
  test('names each change, before and after, and shows no secret', async () => {
    const admin = await open('sqlite::memory:')
    await applyDocument(everything, admin)
    const changed = {
      ...everything,
      clients: [{ ...shop, client_secret: otherSecret, redirect_uris: ['https://shop.example/back'] }],
      users: [{ ...alice, name: 'Alice\u202e"', password: 'another password' }],
    }
    expect(reportOf(await planDocument(changed, admin), { dryRun: true }).split('\n')).toEqual([
      'api     https://learning.example  unchanged',
      'client  shop                      would be updated',
      '          redirect_uris: ["https://shop.example/callback"] -> ["https://shop.example/back"]',
      '          client_secret: changed',
      'user    Alice                     would be updated',
      '          name: "Alice" -> "Alice\\u202e\\""',
      'Dry run, nothing was written: 0 to create, 2 to update, 1 unchanged',
    ])
    await admin.close()
  })
})

test('a client that was looked for before it was registered is found at once afterwards, and so is an API', async () => {
  const admin = await open('sqlite::memory:')
  const [bus, clock] = [createInProcessBus({ log: testLog, alone: false }), createFakeClock()]
  const outbox = createOutbox({ database: admin.database, bus, clock, log: testLog, source: 'test' })
  const stores = await cached(createStores({ database: admin.database, outbox, clock }), { bus, clock })
  expect([await stores.clients.find('shop'), await stores.apis.all()]).toEqual([undefined, []])

  await applyDocument(everything, { ...admin, outbox })
  await bus.close() // when all events were handled
  expect([await stores.clients.find('shop'), await stores.apis.all()]).toMatchObject([
    { client_id: 'shop' },
    [{ name: 'Learning' }],
  ])
  await admin.close()
})
