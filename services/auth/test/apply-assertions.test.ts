import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { JWK } from 'jose'
import { applyDocument, planDocument } from '../src/admin/apply.ts'
import { openAdmin } from '../src/admin/open.ts'
import { reportOf } from '../src/admin/report.ts'
import { loadAuthConfig } from '../src/config.ts'
import { openSecrets } from '../src/core/client-secrets.ts'
import { openKeys } from '../src/core/keys.ts'
import { createVault } from '../src/core/vault.ts'
import { clients } from '../src/stores/clients.ts'
import { createKeyStore } from '../src/stores/keys.ts'
import { withKeys } from './support/assertions.ts'
import { secretsKey } from './support/start-auth.ts'

type Admin = Awaited<ReturnType<typeof openAdmin>>

let admin: Admin
beforeEach(async () => {
  admin = await openAdmin(loadAuthConfig({ DATABASE_URL: 'sqlite::memory:', SECRETS_KEY: secretsKey }))
})
afterEach(() => admin.close())

const secret = 'the signing secret of the tests, 32 or more'
const mailer = {
  client_id: 'mailer',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_jwt',
  client_secret: secret,
}
const { jwks } = withKeys('surveyor', 'ES256')
const surveyor = {
  ...mailer,
  client_id: 'surveyor',
  token_endpoint_auth_method: 'private_key_jwt',
  client_secret: undefined,
  jwks,
}

const find = (client_id: string) => admin.database.collection(clients).find({ client_id })
const apply = (...entries: object[]) => applyDocument({ clients: entries }, admin)
const actions = async (...entries: object[]) => (await apply(...entries)).map(({ action }) => action)
const faultsOf = async (...entries: object[]) => {
  const failure = await apply(...entries).catch((error: unknown) => error)
  return failure instanceof Error ? failure.message.split('\n') : []
}

describe('client_secret_jwt', () => {
  test('the secret is sealed and no hash is kept; given again, or not at all, it stays', async () => {
    expect(await actions(mailer)).toEqual(['created'])
    const stored = await find('mailer')
    expect(stored).toMatchObject({ secretHashes: [], sealedSecrets: [expect.any(String)] })
    expect(JSON.stringify(stored)).not.toContain(secret)
    expect(openSecrets(stored ?? mailer, createVault([secretsKey]))).toEqual([secret])
    expect(await actions(mailer)).toEqual(['unchanged'])
    expect(await actions({ ...mailer, client_secret: undefined })).toEqual(['unchanged'])
    expect(reportOf(await apply({ ...mailer, client_secret: `another ${secret}` }))).toContain('client_secret: changed')
    expect(await faultsOf({ ...mailer, client_id: 'another', client_secret: undefined })).toEqual([
      'clients[0].client_secret is missing: client_secret_jwt needs one when it is registered, as a hashed secret can not be read',
    ])
  })

  test('a client moves to it and back with a secret, and keeps none that does not fit', async () => {
    await apply({ ...mailer, token_endpoint_auth_method: 'client_secret_basic' })
    expect(await faultsOf({ ...mailer, client_secret: undefined })).toHaveLength(1)
    await apply(mailer)
    expect(await find('mailer')).toMatchObject({ secretHashes: [], sealedSecrets: [expect.any(String)] })
    expect(
      await faultsOf({ ...mailer, token_endpoint_auth_method: 'client_secret_basic', client_secret: undefined }),
    ).toHaveLength(1)
    await apply({ ...surveyor, client_id: 'mailer' })
    expect(await find('mailer')).toMatchObject({ secretHashes: [], sealedSecrets: null, jwks })
  })

  test('a secret is not sealed with a SECRETS_KEY that is not that of auth, and a dry run makes no key', async () => {
    const { database } = admin
    await openKeys({
      keys: createKeyStore(database),
      clock: { now: () => 0 },
      vault: createVault(['the secrets key of another auth, 32 or more']),
    })
    await expect(apply(mailer)).rejects.toThrow('SECRETS_KEY does not open')
    expect(await find('mailer')).toBeUndefined()
    const secretsFile = '/nowhere/to/be/made'
    const dry = await openAdmin({ ...loadAuthConfig({ DATABASE_URL: 'sqlite::memory:' }), secretsFile }, { readOnly: true })
    expect(await planDocument({ clients: [mailer] }, dry)).toMatchObject([{ action: 'created' }])
    await dry.close()
  })

  test('the secret is as long as the hash of the algorithm it registers (RFC 7518 section 3.2)', async () => {
    expect(await faultsOf({ ...mailer, token_endpoint_auth_signing_alg: 'HS512' })).toEqual([
      'clients[0].client_secret must have 64 characters or more for HS512 (RFC 7518 section 3.2)',
    ])
    expect(await actions({ ...mailer, token_endpoint_auth_signing_alg: 'HS256' })).toEqual(['created'])
  })
})

describe('private_key_jwt', () => {
  test('public keys are stored as they are, without what certificates say of them', async () => {
    const [key] = jwks.keys
    expect(await actions({ ...surveyor, jwks: { keys: [{ ...key, x5c: ['AAAA'], x5t: 'x', use: 'sig' }] } })).toEqual(['created'])
    expect((await find('surveyor'))?.jwks).toEqual({ keys: [{ ...key, use: 'sig' }] })
    expect(await actions({ ...surveyor, jwks: { keys: [{ ...key, use: 'sig' }] } })).toEqual(['unchanged'])
  })

  test('a client that registered before there were keys is left alone', async () => {
    const shop = { ...mailer, client_id: 'shop', token_endpoint_auth_method: 'client_secret_basic' }
    await apply(shop)
    const {
      jwks: _jwks,
      token_endpoint_auth_signing_alg: _alg,
      sealedSecrets: _sealed,
      ...old
    } = (await find('shop')) as never as Record<string, unknown>
    await admin.database.collection(clients).remove({ client_id: 'shop' })
    await admin.database.collection(clients).insert(old as never)
    expect(await actions(shop)).toEqual(['unchanged'])
  })

  const jwk = (pair: ReturnType<typeof ec>, half: 'publicKey' | 'privateKey' = 'publicKey') =>
    pair[half].export({ format: 'jwk' }) as JWK
  const ec = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve })
  const right = jwk(ec())
  test.each<[string, JWK, string]>([
    ['a private key', jwk(ec(), 'privateKey'), 'must be a public key'],
    ['a public key with a private member', { ...right, d: 'AAAA' }, 'must be a public key'],
    ['a symmetric key', { kty: 'oct', k: 'A'.repeat(43) }, 'must be a public key'],
    ['another curve', jwk(ec('P-384')), 'must be an EC key on P-256, an RSA key, or an OKP key on Ed25519'],
    ['an unknown kty', { kty: 'AKP', alg: 'ML-DSA-44' }, 'must be an EC key on P-256'],
    ['no kty', {} as JWK, 'must be an EC key on P-256'],
    [
      'RSA of 1024 bits',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }) as JWK,
      'must have 2048 bits or more',
    ],
    ['a point off the curve', { ...right, x: right.y ?? '' }, 'is no key'],
    ['a key for encryption', { ...right, use: 'enc' }, 'must have the use sig, or none'],
    ['the alg of another kind', { ...right, alg: 'RS256' }, 'must have the alg ES256, or none'],
    ['an empty kid', { ...right, kid: '' }, 'must have a kid of 1 to 256 characters, or none'],
  ])('%s is refused (RFC 7517 section 4)', async (_, key, text) => {
    const [fault, ...others] = await faultsOf({ ...surveyor, jwks: { keys: [key] } })
    expect(fault).toContain(`clients[0].jwks.keys[0] ${text}`)
    expect(others).toEqual([])
  })

  test('a set has a key, each of several a kid of its own, and only this method has one', async () => {
    const [key = { kty: 'EC' }] = jwks.keys
    expect(await faultsOf({ ...surveyor, jwks: { keys: [] } })).toEqual([
      'clients[0].jwks.keys must be a list of one key or more',
    ])
    for (const keys of [
      [key, key],
      [key, right],
      [right, right],
    ])
      expect(await faultsOf({ ...surveyor, jwks: { keys } })).toEqual(['clients[0].jwks.keys must each have a kid of its own'])
    expect(await faultsOf({ ...surveyor, jwks: undefined })).toEqual([
      'clients[0].jwks is missing, or jwks_uri: private_key_jwt needs the public keys of the client',
    ])
    expect(await faultsOf({ ...mailer, jwks })).toEqual(['clients[0].jwks must not be there: only private_key_jwt looks at keys'])
    expect(await faultsOf({ ...surveyor, client_secret: secret })).toEqual([
      'clients[0].client_secret must not be there: with private_key_jwt a client has none',
    ])
  })

  test('jwks_uri stands instead of jwks; it is https, or http on this machine while the issuer is http (RFC 7591 section 2)', async () => {
    const withUri = (jwks_uri: string) => ({ ...surveyor, jwks: undefined, jwks_uri })
    expect(
      await actions(withUri('https://surveyor.example/keys'), { ...withUri('http://localhost:9000/keys'), client_id: 'here' }),
    ).toEqual(['created', 'created'])
    for (const uri of [
      'http://surveyor.example/keys',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://user@surveyor.example',
      'https://x#y',
      '/keys',
    ])
      expect(await faultsOf(withUri(uri))).toEqual([expect.stringContaining('clients[0].jwks_uri must')])
    expect(await faultsOf({ ...withUri('https://surveyor.example/keys'), jwks })).toEqual([
      'clients[0].jwks_uri must not be there beside jwks (RFC 7591 section 2)',
    ])
    expect(await faultsOf({ ...mailer, jwks_uri: 'https://surveyor.example/keys' })).toHaveLength(1)
    const production = { ...admin, config: { ...admin.config, issuer: 'https://login.example' } }
    await expect(applyDocument({ clients: [withUri('http://localhost:9000/keys')] }, production)).rejects.toThrow(
      'clients[0].jwks_uri must be https, as the issuer is',
    )
  })

  test('token_endpoint_auth_signing_alg is one of its method', async () => {
    expect(await faultsOf({ ...surveyor, token_endpoint_auth_signing_alg: 'HS256' })).toEqual([
      'clients[0].token_endpoint_auth_signing_alg must be one of ES256, RS256, PS256, EdDSA',
    ])
    const basic = { ...mailer, token_endpoint_auth_method: 'client_secret_basic', token_endpoint_auth_signing_alg: 'ES256' }
    expect(await faultsOf(basic)).toEqual([
      'clients[0].token_endpoint_auth_signing_alg must not be there: this client signs no assertions',
    ])
    expect(await faultsOf({ ...surveyor, token_endpoint_auth_signing_alg: 'none' })).toHaveLength(1)
  })
})
