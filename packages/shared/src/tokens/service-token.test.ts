import { expect, test } from '@jest/globals'
import { createFakeClock } from '../testing/fake-clock.ts'
import { createServiceCalls } from './service-token.ts'

/** auth and another service, both played by one `fetch`. */
function play() {
  const clock = createFakeClock()
  const state = { tokens: 0, authStatus: 200, refused: new Set<string>(), asked: [] as Request[] }
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const request = new Request(url as string, init)
    if (request.url.endsWith('/oauth2/token')) {
      state.asked.push(request)
      return Response.json({ access_token: `t${++state.tokens}`, expires_in: 600 }, { status: state.authStatus })
    }
    const bearer = request.headers.get('authorization')?.slice('Bearer '.length) ?? ''
    return Response.json({ bearer }, { status: state.refused.has(bearer) ? 401 : 200 })
  }
  const options = { tokenUrl: 'https://auth.example/oauth2/token', clientId: 'a:b', clientSecret: 'ü', scope: 'user:list' }
  const calls = createServiceCalls({ ...options, clock, fetch })
  const bearerOf = async () => (await (await calls.fetch('https://api.example/users', 'API_URL')).json()) as { bearer: string }
  return { clock, state, calls, bearerOf }
}

const unavailable = { type: 'unavailable', status: 503 }

test('it authenticates as the client and asks for its scope (RFC 6749 sections 2.3.1 and 4.4.2)', async () => {
  const { state, bearerOf } = play()
  await bearerOf()
  const [request] = state.asked
  expect(request?.headers.get('authorization')).toBe(`Basic ${Buffer.from('a%3Ab:%C3%BC').toString('base64')}`)
  expect(await request?.text()).toBe('grant_type=client_credentials&scope=user%3Alist')
})

test('a token is used until shortly before it ends; however many ask, one is fetched', async () => {
  const { clock, bearerOf } = play()
  expect(await Promise.all([bearerOf(), bearerOf(), bearerOf()])).toEqual(Array(3).fill({ bearer: 't1' }))
  clock.advance(569_999)
  expect(await bearerOf()).toEqual({ bearer: 't1' })
  clock.advance(1)
  expect(await bearerOf()).toEqual({ bearer: 't2' })
})

test('a token that is refused is replaced, once', async () => {
  const { state, calls, bearerOf } = play()
  await bearerOf()
  state.refused.add('t1')
  expect(await bearerOf()).toEqual({ bearer: 't2' })
  for (const token of ['t2', 't3']) state.refused.add(token)
  expect((await calls.fetch('https://api.example/users', 'API_URL')).status).toBe(401)
  expect(state.tokens).toBe(3)
})

test('what auth says of a client that it refuses is in the cause, with what the client must be', async () => {
  const says = Response.json({ error: 'invalid_scope', error_description: 'not yours' }, { status: 400 })
  const options = { tokenUrl: 'https://auth.example/token', clientId: 'user-api', clientSecret: 's3cret', scope: 'user:list' }
  const calls = createServiceCalls({ ...options, clock: createFakeClock(), fetch: async () => says })
  const error: Error = await calls.fetch('https://api.example', 'API_URL').then(
    () => new Error('no error'),
    (error) => error,
  )
  expect((error.cause as Error).message).toBe(
    'https://auth.example/token answered 400 invalid_scope: not yours; CLIENT_ID user-api must be a client with this CLIENT_SECRET, the grant client_credentials and the scope user:list',
  )
})

test('who can not be reached is named, by the address and its setting', async () => {
  const failing: Record<string, Error> = {
    'https://auth.example/token': new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) }),
    'https://api.example/users?username=alice': new DOMException('', 'TimeoutError'),
  }
  const fetch: typeof globalThis.fetch = async (url) => {
    if (failing[String(url)]) throw failing[String(url)]
    return Response.json({ access_token: 't', expires_in: 600 })
  }
  const options = { tokenUrl: 'https://auth.example/token', clientId: 'a', clientSecret: 's', scope: 'user:list' }
  const calls = createServiceCalls({ ...options, clock: createFakeClock(), fetch })
  const said = () => calls.fetch('https://api.example/users?username=alice', 'API_URL').catch(({ cause }) => cause.message)
  expect(await said()).toBe(
    "https://auth.example/token can't be reached (ENOTFOUND): TOKEN_URL must be an address that this process reaches",
  )
  delete failing['https://auth.example/token']
  expect(await said()).toBe(
    "https://api.example/users can't be reached (no answer in time): API_URL must be an address that this process reaches",
  )
})

test('without a token it is unavailable, and tries anew at the next call', async () => {
  const { state, calls, bearerOf } = play()
  state.authStatus = 500
  await expect(calls.fetch('https://api.example/users', 'API_URL')).rejects.toMatchObject(unavailable)
  state.authStatus = 200
  expect(await bearerOf()).toEqual({ bearer: 't2' })
})
