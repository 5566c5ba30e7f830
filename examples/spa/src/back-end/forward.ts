import type { IncomingMessage } from 'node:http'
import { Failure, type Login } from '@menshen/login'
import type { Middleware } from 'koa'

/** What of a call and of its answer is for the other side; cookies never are. */
const there = ['accept', 'content-type', 'if-match']
const back = ['content-type', 'etag', 'retry-after']

/** Makes the page's call at an API, with the access token, and gives what came. The path is that of the route: nothing else can be reached. */
export function forward(login: Login, api: string): Middleware {
  return async (ctx) => {
    const address = `${api}${ctx.path.slice('/bff/api'.length)}${ctx.search}`
    const headers = Object.fromEntries(there.map((name) => [name, ctx.get(name)]).filter(([, value]) => value !== ''))
    const body = ctx.method === 'PATCH' ? { body: await bodyOf(ctx.req) } : {}
    const answer = await login.fetch(ctx, address, { method: ctx.method, headers, ...body })
    ctx.status = answer.status
    for (const name of back) if (answer.headers.has(name)) ctx.set(name, answer.headers.get(name) ?? '')
    ctx.body = Buffer.from(await answer.arrayBuffer())
  }
}

const most = 64 * 1024

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of req) {
    length += chunk.length
    if (length > most) throw new Failure('tooLong')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
