import { authserverApp, eggApp, wechatApp } from './dialect-apps.ts'
import { alice, basic, library, type TestClient } from './people.ts'
import type { Answer, TestAuth } from './start-auth.ts'

/** How the apps of a dialect ask, in its weakest way: with all they know in the address. */
export interface Door {
  app: TestClient
  /** Addresses of an authorization request of this client. */
  authorize(client: TestClient, more?: Record<string, string>): string[]
  redeem(auth: TestAuth, client: TestClient, code: string): Promise<Answer>
  refresh(auth: TestAuth, client: TestClient, refresh_token: string): Promise<Answer>
  /** All addresses of the dialect alone where tokens are given or taken. */
  paths: string[]
}

const query = (params: Record<string, string>) => new URLSearchParams(params).toString()
const common = ({ redirect_uris }: TestClient) => ({ response_type: 'code', redirect_uri: redirect_uris[0] ?? '', state: 'xyz' })

const authserverDoor: Door = {
  app: authserverApp,
  authorize: (client, more) => {
    const asked = query({ client_id: client.client_id, scope: 'snsapi_login', ...common(client), ...more })
    return [`/authorize?${asked}`, `/oauth2/authorize?${asked}`]
  },
  redeem: (auth, { client_id, secret = '', redirect_uris }, code) => {
    const asked = {
      client_id,
      client_secret: secret,
      grant_type: 'authorization_code',
      redirect_uri: redirect_uris[0] ?? '',
      code,
    }
    return auth.get(`/oauth2/access_token?${query(asked)}`)
  },
  refresh: (auth, { client_id }, refresh_token) =>
    auth.post(`/oauth2/refresh_token?${query({ client_id, grant_type: 'refresh_token', refresh_token })}`, ''),
  paths: ['/oauth2/access_token', '/oauth2/refresh_token'],
}

const eggDoor: Door = {
  app: eggApp,
  authorize: (client, more) => [
    `/authorize?${query({ client_id: client.client_id, scope: 'profile', ...common(client), ...more })}`,
  ],
  redeem: (auth, { client_id, secret = '', redirect_uris }, code) => {
    const form = {
      client_id,
      client_secret: secret,
      grant_type: 'authorization_code',
      redirect_uri: redirect_uris[0] ?? '',
      code,
    }
    return auth.post('/users/token', form)
  },
  refresh: (auth, { client_id, secret = '' }, refresh_token) =>
    auth.post('/users/token', { client_id, client_secret: secret, grant_type: 'refresh_token', refresh_token }),
  paths: ['/users/token', '/users/authenticate', '/users'],
}

const wechatDoor: Door = {
  app: wechatApp,
  authorize: (client, more) => {
    const asked = query({ appid: client.client_id, scope: 'snsapi_login', ...common(client), ...more })
    return [`/connect/qrconnect?${asked}`, `/connect/oauth2/authorize?${asked}`]
  },
  redeem: (auth, { client_id, secret = '' }, code) =>
    auth.get(`/sns/oauth2/access_token?${query({ appid: client_id, secret, code, grant_type: 'authorization_code' })}`),
  refresh: (auth, { client_id }, refresh_token) =>
    auth.get(`/sns/oauth2/refresh_token?${query({ appid: client_id, grant_type: 'refresh_token', refresh_token })}`),
  paths: ['/sns/oauth2/access_token', '/sns/oauth2/refresh_token', '/sns/userinfo', '/sns/auth'],
}

/** One of each dialect. */
export const doors: readonly Door[] = [authserverDoor, eggDoor, wechatDoor]

/** Lets alice sign in and agree there; gives the code. */
export async function codeAt(auth: TestAuth, { app, authorize }: Door): Promise<string> {
  const location = await auth.signInAt(auth.url + authorize(app)[0], alice, app)
  return new URL(location).searchParams.get('code') ?? ''
}

/** The app's tokens, got there. */
export const tokensAt = async (auth: TestAuth, door: Door) => (await door.redeem(auth, door.app, await codeAt(auth, door))).body

/** A core client's request for tokens at the core's own door. */
export const askCore = (
  auth: TestAuth,
  { client_id, secret = '' }: TestClient,
  form: Record<string, string>,
): Promise<Answer[]> =>
  Promise.all([
    auth.post('/oauth2/token', { client_id, client_secret: secret, ...form }),
    auth.post('/oauth2/token', form, { authorization: basic(client_id, secret) }),
    auth.post('/oauth2/token', { client_id, ...form }),
  ])

/** A core client that may be mistaken for one of a dialect: it sends its secret in the form. */
export const coreClient = library
