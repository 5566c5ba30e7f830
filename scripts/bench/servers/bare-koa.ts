/** What any Koa server would need for the same answer: parse nothing, sign one JWT, write JSON. */
import { randomUUID } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'
import Koa from 'koa'
import { reportCpu } from './report-cpu.ts'

const alg = process.argv[2] ?? 'ES256'
const { privateKey } = await generateKeyPair(alg)
const app = new Koa()
app.use(async (ctx) => {
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
  const access_token = await new SignJWT(claims).setProtectedHeader({ alg, typ: 'at+jwt', kid: 'bench' }).sign(privateKey)
  ctx.body = { access_token, token_type: 'Bearer', expires_in: 600, scope: 'learning:read' }
})
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address()
  reportCpu(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`)
})
