/** What any Koa server would need for the same crypto: parse nothing, sign or verify JWTs with jose, write JSON. */
import { randomUUID } from 'node:crypto'
import { generateKeyPair, jwtVerify, SignJWT } from 'jose'
import Koa from 'koa'
import { answerParent } from './answer.ts'

const keys = { ES256: await generateKeyPair('ES256'), RS256: await generateKeyPair('RS256') }
type Algorithm = keyof typeof keys

function sign(alg: Algorithm): Promise<string> {
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'http://localhost:8060',
    sub: 'report-job',
    aud: 'http://localhost:8063',
    client_id: 'report-job',
    scope: 'learning:read',
    iat,
    exp: iat + 600,
    jti: randomUUID(),
  }
  return new SignJWT(claims).setProtectedHeader({ alg, typ: 'at+jwt', kid: 'bench' }).sign(keys[alg].privateKey)
}

const app = new Koa()
app.use(async (ctx) => {
  const [, work, alg, count] = ctx.path.split('/')
  if (work === 'verify') {
    const token = ctx.get('authorization').slice('Bearer '.length)
    const { payload } = await jwtVerify(token, keys.ES256.publicKey)
    ctx.body = { active: true, sub: payload.sub }
  } else if (work === 'sign') {
    const tokens = await Promise.all(Array.from({ length: Number(count) }, () => sign(alg as Algorithm)))
    ctx.body = { access_token: tokens[0], id_token: tokens[1], token_type: 'Bearer', expires_in: 600, scope: 'learning:read' }
  } else ctx.body = ''
})
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  answerParent({ url }, (count) => Promise.all(Array.from({ length: count }, () => sign('ES256'))))
})
