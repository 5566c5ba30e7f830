import { createHash, randomUUID } from 'node:crypto'
import { expect } from '@jest/globals'
import { type Browser, createBrowser, type Page } from '@menshen/shared/testing/browser'
import { formIn } from '@menshen/shared/testing/forms'
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { applyDocument } from '../../src/admin/apply.ts'
import type { TestClient } from '../support/people.ts'
import { type Answer, startAuth, type TestAuth } from '../support/start-auth.ts'
import { callback, client, document, person } from './guide.ts'

export const responseModes = ['query', 'form_post'] as const
export type ResponseMode = (typeof responseModes)[number]

type Parameters = Record<string, string>

/** What an authorization request led to. */
export interface Visit {
  /** The parameters that came to the callback; none: the person was left on a page of the server. */
  answer: Parameters | undefined
  /** The pages on the way, as their addresses name them. */
  pages: string[]
  page: Page
  browser: Browser
  sent: Parameters
}

export interface Tokens {
  access_token: string
  refresh_token: string
  id_token: string
  claims: JWTPayload
}

export interface Request {
  client?: TestClient
  browser?: Browser
  /** How the request is sent. */
  method?: 'get' | 'post'
  /** An empty value leaves a parameter out. */
  params?: Parameters
}

export type Suite = Awaited<ReturnType<typeof startConformance>>

/** auth by https, and a relying party that asks it by one response mode, as the suite of the OpenID Foundation does. */
export async function startConformance(response_mode: ResponseMode) {
  const auth = await startAuth({ https: true })
  await applyDocument(document, { ...auth.deps, actor: 'test', openVault: async () => auth.deps.vault })
  const metadata = (await auth.get('/.well-known/openid-configuration')).body
  const keySet: JSONWebKeySet = (await auth.get(new URL(metadata.jwks_uri).pathname)).body
  const keys = createLocalJWKSet(keySet)

  /** Sends a browser, which signs in and agrees where it is asked to. */
  async function visit({ client: asker = client, browser = createBrowser(), method = 'get', params = {} }: Request = {}) {
    const all = {
      client_id: asker.client_id,
      redirect_uri: callback,
      response_type: 'code',
      ...(response_mode === 'query' ? {} : { response_mode }),
      scope: 'openid',
      state: randomUUID(),
      nonce: randomUUID(),
      ...params,
    }
    const sent: Parameters = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
    const endpoint: string = metadata.authorization_endpoint
    if (method === 'post') await browser.post(endpoint, sent, { origin: new URL(callback).origin })
    else await browser.get(`${endpoint}?${new URLSearchParams(sent)}`)
    return { ...(await walk(auth, browser)), browser, sent }
  }

  /** Redeems the code of an answer, and checks all that a relying party must of the ID token (OpenID Connect Core section 3.1.3.7). */
  async function redeem({ answer, sent }: Visit, asker: TestClient = client): Promise<Tokens> {
    expect(answer).toMatchObject({ code: expect.any(String), state: sent['state'], iss: metadata.issuer })
    const { status, headers, body } = await exchange(answer?.['code'] ?? '', asker)
    expect({ status, type: headers.get('content-type'), cache: headers.get('cache-control'), body }).toMatchObject({
      status: 200,
      type: expect.stringMatching(/^application\/json/),
      cache: 'no-store',
      body: { token_type: 'Bearer', expires_in: expect.any(Number), id_token: expect.any(String) },
    })
    const claims = await verified(body, asker)
    expect(claims['nonce']).toBe(sent['nonce'])
    return { ...body, claims }
  }

  const exchange = (code: string, asker: TestClient = client): Promise<Answer> =>
    auth.token(asker, { grant_type: 'authorization_code', code, redirect_uri: callback })

  async function verified({ id_token, access_token }: Tokens, { client_id }: TestClient): Promise<JWTPayload> {
    const now = auth.clock.now()
    const { payload, protectedHeader } = await jwtVerify(id_token, keys, {
      issuer: metadata.issuer,
      audience: client_id,
      algorithms: ['RS256'],
      requiredClaims: ['sub', 'iat', 'exp', 'at_hash'],
      currentDate: new Date(now),
      maxTokenAge: 60,
    })
    expect(protectedHeader.kid).toEqual(expect.any(String))
    expect(payload.sub).toMatch(/^[\x20-\x7e]{1,255}$/)
    const half = createHash('sha256').update(access_token).digest().subarray(0, 16)
    expect(payload['at_hash']).toBe(half.toString('base64url'))
    return payload
  }

  return {
    auth,
    metadata,
    keySet,
    visit,
    redeem,
    exchange,
    /** A visit whose code is redeemed. */
    async signIn(request: Request = {}): Promise<Visit & { tokens: Tokens }> {
      const visited = await visit(request)
      return { ...visited, tokens: await redeem(visited, request.client) }
    },
    refresh: (refresh_token: string, asker: TestClient = client): Promise<Answer> => auth.refresh(asker, refresh_token),
    verified,
    userinfo: ({ access_token }: Pick<Tokens, 'access_token'>): Promise<Answer> =>
      auth.get(new URL(metadata.userinfo_endpoint).pathname, { authorization: `Bearer ${access_token}` }),
  }
}

/** Fills in page by page what the suite's browser would, up to an answer or a page that is none of the way. */
async function walk(auth: TestAuth, browser: Browser): Promise<Omit<Visit, 'browser' | 'sent'>> {
  const pages: string[] = []
  for (;;) {
    const page = await browser.follow(callback)
    const answer = answerOn(page)
    const name = /\/interaction\/[\w-]+\/([\w-]+)$/.exec(new URL(page.url).pathname)?.[1]
    if (answer || name === undefined || pages.length > 5) return { answer, pages, page }
    pages.push(name)
    auth.clock.advance(1000) // people take their time
    if (name === 'sign-in') await browser.submit({ username: person.username, password: person.password }, 'password')
    else await browser.submit({ decision: 'allow' }, 'decision')
  }
}

/** What is sent to the callback: by redirect, or by the form that a script sends on. */
function answerOn({ location, status, body }: Page): Parameters | undefined {
  if (location?.startsWith(callback)) return Object.fromEntries(new URL(location).searchParams)
  if (status !== 200 || !body.includes(`action="${callback}"`)) return undefined
  const { method, fields } = formIn(body, callback)
  expect(method).toBe('post')
  return fields
}
