import { sha256 } from '../../src/core/secrets.ts'
import { library, type TestClient } from './people.ts'

/** The apps that the notes are about. */
const withSecret = (secret: string) => ({ secret, secretHashes: [sha256(secret)] })

/** `003`: 应用名称 with its id and secret. */
export const authserverApp: TestClient = {
  ...library,
  ...withSecret('62f16478-7b6c-4194-9a19-cc804c85fe27'),
  client_id: 'dfd6e6c0-4856-4525-8fed-68e450828665',
  client_name: '应用名称',
  redirect_uris: ['http://localhost:8051/test'],
  scope: 'profile user:read',
  dialect: 'authserver',
}

/** `001`: the client of RFC 6749's examples, with its secret of ten characters. */
export const exampleApp: TestClient = {
  ...authserverApp,
  ...withSecret('gX1fBat3bV'),
  client_id: 's6BhdRkqt3',
  client_name: 'Example',
  token_endpoint_auth_method: 'client_secret_basic',
  redirect_uris: ['https://client.example.com/cb'],
  scope: 'profile user:read learning:read',
}

/** `001`: an app that was registered at WeChat. */
export const wechatApp: TestClient = {
  ...library,
  ...withSecret('0123456789abcdef0123456789abcdef'),
  client_id: 'wx0123456789abcdef',
  client_name: 'WeChat app',
  redirect_uris: ['https://shop.example/wechat'],
  scope: 'openid profile',
  owner: 'shop',
  dialect: 'wechat',
}

/** `004`: the app of egg-oauth2-server's example; the notes let it use all four grants. */
export const eggApp: TestClient = {
  ...library,
  ...withSecret('my_client_secret'),
  client_id: 'my_app',
  client_name: 'egg client',
  grant_types: ['password', 'authorization_code', 'refresh_token', 'client_credentials'],
  redirect_uris: ['http://127.0.0.1:7002/auth/redirect'],
  scope: 'openid profile user:read user:list',
  first_party: true,
  dialect: 'egg',
}
