import type { AdminDeps } from '@menshen/auth/admin/open'
import type { AuthConfig } from '@menshen/auth/config'
import { keys } from '@menshen/auth/stores/keys'
import { fetchJwks } from '@menshen/shared/tokens/jwks'
import { type Diagnosis, failure, fine, messageOf, warning } from './diagnosis.ts'

const patience = 3000 // milliseconds
const leeway = 5 // seconds, as our APIs have it

/** Whether apps find auth at its public address, with our keys and our time. */
export async function issuerDiagnoses({ issuer }: AuthConfig, admin: AdminDeps | undefined): Promise<Diagnosis[]> {
  const url = `${issuer}/.well-known/openid-configuration`
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(patience), redirect: 'error' })
    if (!response.ok) {
      const todo = 'see /readyz of auth, or what answers there in its place, and its log'
      return [failure('issuer', `${url} is answered ${response.status}`, todo)]
    }
    const metadata = (await response.json()) as Record<string, unknown>
    if (metadata['issuer'] !== issuer) {
      const todo = 'start it with the same ISSUER; tokens and APIs compare it as text'
      return [failure('issuer', `${url} tells another issuer: ${metadata['issuer']}`, todo)]
    }
    return [fine('issuer', issuer), clockDiagnosis(response), await keysDiagnosis(String(metadata['jwks_uri']), admin)]
  } catch (error) {
    return [failure('issuer', `${url}: ${messageOf(error)}`, adviceFor(error, issuer))]
  }
}

function adviceFor(error: unknown, issuer: string): string {
  const text = messageOf(error)
  if (/ECONNREFUSED/.test(text)) return `nothing listens there: npm start (or set ISSUER and AUTH_PORT to where it does)`
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return `no such host: see the DNS entry of ${new URL(issuer).hostname}, and ISSUER`
  if (/certificate|self-signed|CERT/i.test(text))
    return 'Node does not trust the certificate: NODE_EXTRA_CA_CERTS names the authority that signed it'
  if (/JSON|not valid/.test(text)) return 'another program answers there: stop it, or set AUTH_PORT and ISSUER'
  return 'see that auth runs, and that a proxy before it passes /.well-known/ on'
}

/** The Date of an answer is whole seconds, so half a one late. */
function clockDiagnosis(response: Response): Diagnosis {
  const theirs = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(theirs)) return warning('clock', 'the issuer tells no Date', 'see what a proxy before it does to headers')
  const apart = Math.round((Date.now() - theirs) / 1000)
  if (Math.abs(apart) <= leeway) return fine('clock', 'the issuer and this machine agree')
  return failure('clock', `the issuer is ${apart} seconds behind this machine`, 'let both follow a time server (NTP)')
}

async function keysDiagnosis(url: string, admin: AdminDeps | undefined): Promise<Diagnosis> {
  try {
    const published = (await fetchJwks(url, fetch)).map(({ kid }) => kid)
    const stored = admin ? await admin.database.collection(keys).list({}) : []
    const missing = stored.filter(({ kid }) => !published.includes(kid))
    if (missing.length === 0) return fine('keys', `${published.length} at ${url}`)
    const todo = 'auth works on another database than this one: compare DATABASE_URL (a rotation takes 5 seconds)'
    return failure('keys', `${url} lacks ${missing.map(({ kid }) => kid).join(' ')}`, todo)
  } catch (error) {
    return failure('keys', `${url}: ${messageOf(error)}`, 'APIs can not verify tokens: see that this address can be reached')
  }
}
