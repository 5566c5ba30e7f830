import { createHash, randomBytes } from 'node:crypto'
import type { Connections } from './load.ts'
import { basic, reportJob, webModule } from './people.ts'
import type { Subject } from './subject.ts'

/** What is measured: one unit of work at auth, and the same crypto at a bare Koa server. */
export interface Scenario {
  name: string
  /** The share of bare Koa's rate that we want. */
  goal: number
  /** Units of work in a round. */
  times: number
  auth: Work
  bare: Work
}

/** Prepares a round outside of what is measured, and gives the work that is; `worker` counts from 0. */
export type Work = (subject: Subject, connections: Connections, times: number) => Promise<(worker: number) => Promise<void>>

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const asReportJob = { ...form, authorization: basic(reportJob) }
const asWebModule = { ...form, authorization: basic(webModule) }
const redirect_uri = webModule.redirect_uris[0] ?? ''

/** One request without a state of its own. */
const bareGet =
  (path: string): Work =>
  async ({ url }, { send }) =>
  async () => {
    await send({ method: 'GET', url: url + path })
  }

const clientCredentials: Work =
  async ({ url }, { send }) =>
  async () => {
    const body = 'grant_type=client_credentials&scope=learning:read'
    await send({ method: 'POST', url: `${url}/oauth2/token`, headers: asReportJob, body })
  }

/** Each worker has a family of refresh tokens of its own. */
const refresh: Work = async (subject, connections) => {
  const latest = new Map<number, string>()
  return async (worker) => {
    const refresh_token = latest.get(worker) ?? (await signIn(subject, connections)).refresh_token
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token }).toString()
    const answer = await connections.send({ method: 'POST', url: `${subject.url}/oauth2/token`, headers: asWebModule, body })
    latest.set(worker, JSON.parse(answer.body).refresh_token)
  }
}

const codeFlow: Work = async (subject, connections) => async () => {
  await signIn(subject, connections)
}

/** Authorization with a living session, PKCE, and the redemption of the code. */
async function signIn({ url, cookie }: Subject, { send }: Connections): Promise<{ refresh_token: string }> {
  const code_verifier = randomBytes(32).toString('base64url')
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: webModule.client_id,
    redirect_uri,
    scope: 'openid learning:read',
    state: 'xyz',
    code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const { headers } = await send({ method: 'GET', url: `${url}/oauth2/authorize?${request}`, headers: { cookie }, expect: 303 })
  const code = new URL(headers.location ?? '').searchParams.get('code') ?? ''
  const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, code_verifier }).toString()
  const answer = await send({ method: 'POST', url: `${url}/oauth2/token`, headers: asWebModule, body })
  return JSON.parse(answer.body)
}

/** Every token is used once: none is known from before. */
const userinfo =
  (path: string): Work =>
  async ({ url, mint }, { send }, times) => {
    const tokens = await mint(times)
    return async () => {
      await send({ method: 'GET', url: url + path, headers: { authorization: `Bearer ${tokens.pop()}` } })
    }
  }

const introspection: Work = async ({ url, mint }, { send }, times) => {
  const tokens = await mint(times)
  return async () => {
    const answer = await send({
      method: 'POST',
      url: `${url}/oauth2/introspect`,
      headers: asWebModule,
      body: `token=${tokens.pop()}`,
    })
    if (!answer.body.includes('"active":true')) throw new Error(`introspection answered ${answer.body}`)
  }
}

const bareCodeFlow: Work =
  async ({ url }, { send }) =>
  async () => {
    await send({ method: 'GET', url: `${url}/` })
    await send({ method: 'POST', url: `${url}/sign/ES256/2` })
  }

/** The goals are issue 4's. */
export const scenarios: readonly Scenario[] = [
  { name: 'client_credentials ES256', goal: 0.55, times: 4000, auth: clientCredentials, bare: bareGet('/sign/ES256/1') },
  { name: 'client_credentials RS256', goal: 0.85, times: 2000, auth: clientCredentials, bare: bareGet('/sign/RS256/1') },
  { name: 'refresh, ES256 ID token', goal: 0.45, times: 3000, auth: refresh, bare: bareGet('/sign/ES256/2') },
  { name: 'introspection', goal: 0.45, times: 3000, auth: introspection, bare: userinfo('/verify') },
  { name: 'userinfo', goal: 0.45, times: 3000, auth: userinfo('/oauth2/userinfo'), bare: userinfo('/verify') },
  { name: 'code flow with PKCE', goal: 0.3, times: 2000, auth: codeFlow, bare: bareCodeFlow },
]
