import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Router from '@koa/router'
import Koa, { type Context } from 'koa'

/** As much of a login and of open-api as the site talks to; the real ones are met in `test/e2e`. */
export interface FakeMenshen {
  address: string
  /** What a test may turn. */
  behaviour: { expires_in: number; summary: number; denies: string | undefined; iss: string | undefined; down: boolean }
  /** What it was asked, by path and grant type. */
  asked: string[]
  revoked: string[]
  stop(): Promise<void>
}

interface Request {
  redirect_uri: string
  nonce: string
  code_challenge: string
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Starts it on a free port; every sign-in is allowed at once, in the name of Alice. */
export async function startFakeMenshen(): Promise<FakeMenshen> {
  const behaviour: FakeMenshen['behaviour'] = { expires_in: 600, summary: 200, denies: undefined, iss: undefined, down: false }
  const fake: FakeMenshen = { address: '', behaviour, asked: [], revoked: [], stop: async () => undefined }
  const server = createFake(fake).listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  fake.address = `http://localhost:${(server.address() as AddressInfo).port}`
  fake.stop = () => close(server)
  return fake
}

export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

function createFake(fake: FakeMenshen): Koa {
  const codes = new Map<string, Request>()
  const router = new Router()
  router.get('/.well-known/openid-configuration', (ctx) => {
    if (fake.behaviour.down) ctx.throw(500)
    ctx.body = metadata(fake.address)
  })
  router.get('/oauth2/jwks', (ctx) => {
    ctx.body = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] }
  })
  router.get('/oauth2/authorize', (ctx) => authorize(ctx, codes, fake))
  router.post('/oauth2/token', (ctx) => token(ctx, codes, fake))
  router.post('/oauth2/revoke', async (ctx) => {
    fake.revoked.push((await form(ctx)).get('token') ?? '')
    ctx.body = ''
  })
  router.get('/oauth2/access_token', (ctx) => {
    fake.asked.push(`access_token ${decodeURIComponent(ctx.querystring.replaceAll('+', ' '))}`)
    if (ctx.query['code'] === 'good') ctx.body = noteTokens
    else {
      ctx.status = 400
      ctx.body = { result: false, errcode: 4002, msg: '授权码无效', data: null }
    }
  })
  router.get('/v1/learning/summary', (ctx) => {
    fake.asked.push(`summary ${ctx.get('authorization')}`)
    ctx.status = fake.behaviour.summary
    ctx.body = { lessons_finished: 42, videos_finished: 17, minutes: 1234, streak_days: 5 }
  })
  const app = new Koa()
  app.silent = true
  app.use(router.routes())
  return app
}

const noteTokens = {
  access_token: 'the access token of the notes',
  refresh_token: 'the refresh token of the notes',
  openid: 'a12',
  scope: 'user_info',
  expires_in: 7200,
}

const metadata = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/oauth2/authorize`,
  token_endpoint: `${issuer}/oauth2/token`,
  revocation_endpoint: `${issuer}/oauth2/revoke`,
  jwks_uri: `${issuer}/oauth2/jwks`,
  authorization_response_iss_parameter_supported: true,
  id_token_signing_alg_values_supported: ['RS256'],
  code_challenge_methods_supported: ['S256'],
})

function authorize(ctx: Context, codes: Map<string, Request>, { behaviour, address }: FakeMenshen): void {
  const { redirect_uri = '', state = '', nonce = '', code_challenge = '' } = ctx.query as Record<string, string>
  const iss = behaviour.iss ?? address
  const code = randomUUID()
  codes.set(code, { redirect_uri, nonce, code_challenge })
  const answer = behaviour.denies === undefined ? { code, state, iss } : { error: behaviour.denies, state, iss }
  ctx.redirect(`${redirect_uri}?${new URLSearchParams(answer as Record<string, string>)}`)
}

async function token(ctx: Context, codes: Map<string, Request>, { behaviour, address, asked }: FakeMenshen): Promise<void> {
  const params = await form(ctx)
  asked.push(params.get('grant_type') ?? '')
  const { expires_in } = behaviour
  const tokens = { access_token: `access-${asked.length}`, refresh_token: randomUUID(), token_type: 'Bearer', expires_in }
  ctx.body = tokens
  if (params.get('grant_type') === 'refresh_token') return

  const request = codes.get(params.get('code') ?? '')
  codes.delete(params.get('code') ?? '')
  const challenge = createHash('sha256')
    .update(params.get('code_verifier') ?? '')
    .digest('base64url')
  const proven = request?.code_challenge === challenge && request.redirect_uri === params.get('redirect_uri')
  const authenticated = ctx.get('authorization') === `Basic ${btoa('learntrack:a+secret')}`
  if (request && proven && authenticated) ctx.body = { ...tokens, id_token: idToken(address, request.nonce) }
  else Object.assign(ctx, { status: 400, body: { error: 'invalid_grant' } })
}

const form = async (ctx: Context) => new URLSearchParams(await text(ctx.req))

function idToken(iss: string, nonce: string): string {
  const iat = Math.floor(Date.now() / 1000)
  const claims = { iss, sub: 'alice', aud: 'learntrack', iat, exp: iat + 300, nonce, name: 'Alice <3' }
  const [head, body] = [{ alg: 'RS256', kid: 'one' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  return `${head}.${body}.${sign('sha256', Buffer.from(`${head}.${body}`), privateKey).toString('base64url')}`
}
