import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { type JSONWebKeySet, type JWK, type JWTPayload, SignJWT } from 'jose'
import { sealSecret } from '../../src/core/client-secrets.ts'
import { clients } from '../../src/stores/clients.ts'
import { reportJob, type TestClient } from './people.ts'
import type { Answer, TestAuth } from './start-auth.ts'

/** Clients that authenticate by assertion (RFC 7523 section 3), and what they sign with. */
export interface SigningClient extends TestClient {
  key: KeyObject
  alg: string
  kid: string
}

const pairs: Record<string, () => { privateKey: KeyObject; publicKey: KeyObject }> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

/** A client whose keys are made now; each has its algorithm for its `kid`. */
export function withKeys(client_id: string, ...algorithms: string[]): SigningClient & { jwks: JSONWebKeySet } {
  const made = algorithms.map((alg) => ({ kid: alg, alg, ...pairs[alg]?.() }) as { kid: string; alg: string } & KeyPair)
  const [first] = made
  if (!first) throw new Error('a client needs a key')
  const keys = made.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid }) as JWK)
  const { secret: _, ...base } = reportJob
  return {
    ...base,
    client_id,
    client_name: client_id,
    secretHashes: [],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys },
    key: first.privateKey,
    alg: first.alg,
    kid: first.kid,
  }
}

type KeyPair = ReturnType<(typeof pairs)[string]>

export const surveyJob = withKeys('survey-job', 'ES256')
export const otherJob = withKeys('other-job', 'ES256')
/** One whose secret signs. */
export const mailJob: TestClient & { secret: string } = {
  ...reportJob,
  client_id: 'mail-job',
  client_name: 'mail-job',
  secret: 'secret of mail-job '.padEnd(64, 'x'),
  secretHashes: [],
  token_endpoint_auth_method: 'client_secret_jwt',
}

/** Puts clients into the database, those with a secret sealed. */
export async function register(auth: TestAuth, ...added: Array<TestClient & Partial<SigningClient>>): Promise<void> {
  for (const { secret, key: _key, alg: _alg, kid: _kid, ...client } of added) {
    const sealedSecrets = secret === undefined ? null : [sealSecret(secret, client, auth.deps.vault)]
    await auth.database.collection(clients).insert({ ...client, sealedSecrets })
  }
}

/** What a right assertion claims, for a minute from now. */
export function claimsOf(auth: TestAuth, client_id: string): JWTPayload {
  const now = Math.floor(auth.clock.now() / 1000)
  return { iss: client_id, sub: client_id, aud: auth.url, jti: randomUUID(), iat: now, exp: now + 60 }
}

export interface Signing {
  claims?: JWTPayload
  header?: Record<string, unknown>
  key?: KeyObject | Uint8Array
}

/** A right assertion of this client but for what is given; a claim or a header of `undefined` is left out. */
export function assertionOf(auth: TestAuth, client: SigningClient, { claims, header, key }: Signing = {}): Promise<string> {
  const payload = { ...claimsOf(auth, client.client_id), ...claims }
  return new SignJWT(payload).setProtectedHeader({ alg: client.alg, kid: client.kid, ...header } as never).sign(key ?? client.key)
}

/** The same by a secret. */
export const secretAssertionOf = (auth: TestAuth, { client_id, secret = '' }: TestClient, { claims, header }: Signing = {}) =>
  new SignJWT({ ...claimsOf(auth, client_id), ...claims })
    .setProtectedHeader({ alg: 'HS256', ...header } as never)
    .sign(Buffer.from(secret))

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Asks for a token of its own with this assertion. */
export const tokenFor = (auth: TestAuth, client_assertion: string, more: Record<string, string> = {}): Promise<Answer> =>
  auth.post('/oauth2/token', {
    grant_type: 'client_credentials',
    client_assertion,
    client_assertion_type: assertionType,
    ...more,
  })
