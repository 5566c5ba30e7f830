/** One endpoint twice: open to everybody, and behind `requireToken`, which fetches the keys of an issuer of its own. */
import { createServer } from 'node:http'
import Router from '@koa/router'
import { systemClock } from '@menshen/shared/clock'
import { problems } from '@menshen/shared/http/problem'
import { requestId } from '@menshen/shared/http/request-id'
import { silentLog } from '@menshen/shared/log'
import { startIssuer } from '@menshen/shared/testing/issuer'
import { createKeySet } from '@menshen/shared/tokens/key-set'
import { requireToken } from '@menshen/shared/tokens/require-token'
import Koa, { type Middleware } from 'koa'
import { answerParent } from './answer.ts'

const { issuer, jwks_uri, accessToken } = await startIssuer(systemClock)
const keySet = createKeySet({ url: jwks_uri, clock: systemClock, log: silentLog })
const scope = requireToken({ issuer, audience: 'https://api.example', keySet, clock: systemClock, log: silentLog })

const answer: Middleware = (ctx) => {
  ctx.body = { items: [{ id: 'prj_1', name: 'Website redesign', state: 'active' }] }
}
const router = new Router().get('/open', answer).get('/protected', scope('project:read'), answer)

const app = new Koa()
app.use(requestId)
app.use(problems({ log: silentLog }))
app.use(router.routes())
const server = createServer(app.callback()).listen(0, '127.0.0.1', () => {
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  answerParent({ url }, (count) =>
    Promise.all(Array.from({ length: count }, (_, i) => accessToken({ claims: { sub: `person-${i}` } }))),
  )
})
