import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** As much of the server as the client talks to; the real one is met in `test/e2e`. */
export interface FakeServer {
  address: string
  /** What a test may turn. */
  behaviour: { denies: string | undefined; refuses: string | undefined; rejectsToken: boolean }
  /** The forms that came to `/users/token`. */
  traded: Array<Record<string, string>>
  stop(): Promise<void>
}

/** A token longer than any outline of it. */
export const access_token = 'access-token-that-no-page-shows-whole'

export async function startFakeServer(): Promise<FakeServer> {
  const behaviour: FakeServer['behaviour'] = { denies: undefined, refuses: undefined, rejectsToken: false }
  const traded: FakeServer['traded'] = []

  const answers: Record<string, (url: URL, request: IncomingMessage) => Answer | Promise<Answer>> = {
    '/authorize': ({ searchParams }) => {
      const outcome = behaviour.denies === undefined ? { code: 'the code' } : { error: behaviour.denies }
      const answer = new URLSearchParams({ ...outcome, state: searchParams.get('state') ?? '' } as Record<string, string>)
      return { status: 302, location: `${searchParams.get('redirect_uri')}?${answer}` }
    },
    '/users/token': async (_, request) => {
      traded.push(Object.fromEntries(new URLSearchParams(await text(request))))
      return behaviour.refuses === undefined ? { status: 200, body: tokens } : { status: 400, body: { error: behaviour.refuses } }
    },
    '/users/authenticate': (_, { headers }) => {
      const good = headers.authorization === `Bearer ${access_token}` && !behaviour.rejectsToken
      return good ? { status: 200, body: { msg: 'successed!' } } : { status: 401, body: {} }
    },
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const { status, location, body = {} } = (await answers[url.pathname]?.(url, request)) ?? { status: 404 }
    response.writeHead(status, { 'content-type': 'application/json', ...(location !== undefined && { location }) })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = () => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections())
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, behaviour, traded, stop }
}

interface Answer {
  status: number
  location?: string
  body?: object
}

const tokens = {
  access_token,
  token_type: 'Bearer',
  expires_in: 3600,
  scope: 'user:read',
  accessTokenExpiresAt: '2026-11-26T13:00:00.000Z',
  client: 'egg-client',
  user: '<b>alice</b>',
}
