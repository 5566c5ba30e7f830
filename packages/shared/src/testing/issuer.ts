import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import Koa from 'koa'
import { type Clock, seconds } from '../clock.ts'
import { newId } from '../ids.ts'
import { listen } from './http.ts'

type Algorithm = 'ES256' | 'RS256'

/** What differs from a good access token; `undefined` leaves a claim or a header parameter out. */
export interface TokenChanges {
  claims?: Readonly<Record<string, unknown>>
  header?: Readonly<Record<string, unknown>>
  /** Which of the issuer's keys signs; the one made last when left out. */
  kid?: string
}

export interface TestIssuer {
  issuer: string
  jwks_uri: string
  /** How often the key set was fetched. */
  readonly fetches: number
  /** What `jwks_uri` answers; change it at will. */
  answer: { status: number; keys: JWK[] }
  /** Makes a key that signs from now on and publishes it; returns its `kid`. */
  addKey(alg?: Algorithm): Promise<string>
  /** An access token of alice for the audience `https://api.example`, by RFC 9068 section 2. */
  accessToken(changes?: TokenChanges): Promise<string>
  close(): Promise<void>
}

/** An issuer with real keys and a JWK Set on a port of this machine. */
export async function startIssuer(clock: Clock): Promise<TestIssuer> {
  const keys = new Map<string, { alg: Algorithm; privateKey: CryptoKey }>()
  const answer: TestIssuer['answer'] = { status: 200, keys: [] }
  let fetches = 0
  let newest = ''

  const app = new Koa()
  app.use((ctx) => {
    fetches++
    ctx.status = answer.status
    ctx.body = { keys: answer.keys }
  })
  const { url, close } = await listen(app)

  async function addKey(alg: Algorithm = 'ES256'): Promise<string> {
    const { publicKey, privateKey } = await generateKeyPair(alg)
    newest = newId('key')
    keys.set(newest, { alg, privateKey })
    answer.keys.push({ ...(await exportJWK(publicKey)), kid: newest, alg, use: 'sig' })
    return newest
  }

  async function accessToken({ claims, header, kid = newest }: TokenChanges = {}): Promise<string> {
    const key = keys.get(kid)
    if (!key) throw new Error(`the issuer has no key ${kid}`)
    const payload = { ...goodClaims(url, clock), ...claims } as JWTPayload
    return new SignJWT(defined(payload))
      .setProtectedHeader({ alg: key.alg, ...defined({ typ: 'at+jwt', kid, ...header }) })
      .sign(key.privateKey)
  }

  await addKey()
  return {
    issuer: url,
    jwks_uri: `${url}/jwks`,
    get fetches() {
      return fetches
    },
    answer,
    addKey,
    accessToken,
    close,
  }
}

const goodClaims = (iss: string, clock: Clock) => ({
  iss,
  aud: 'https://api.example',
  sub: 'alice',
  client_id: 'bookshop',
  scope: 'project:read',
  jti: newId(),
  iat: seconds(clock.now()),
  exp: seconds(clock.now()) + 600,
})

const defined = <T extends object>(members: T): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
