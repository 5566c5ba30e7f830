import type { RequestListener } from 'node:http'
import { type Browser, createBrowser, type Fields } from '@menshen/shared/testing/browser'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { alice, projectCenter } from '../../../services/auth/test/support/people.ts'
import { startAuth, type TestAuth } from '../../../services/auth/test/support/start-auth.ts'
import { createApp } from '../src/app.ts'
import { type FakeApis, startFakeApis } from './fake-apis.ts'

export interface TalentCenter extends Listening {
  auth: TestAuth
  apis: FakeApis
  log: string[]
  /** Signs alice in, from an address, such as the path of a page, back to the talent centre. */
  signIn(path: string, browser?: Browser): Promise<Browser>
  /** Moves its clock, in milliseconds. */
  pass(time: number): void
}

/** The talent centre at a real auth, between APIs that do what a test tells them. */
export async function startTalentCenter(): Promise<TalentCenter> {
  const [auth, apis] = await Promise.all([startAuth({ systemTime: true }), startFakeApis()])
  let handle: RequestListener = () => {}
  const server = await listen({ callback: () => (req, res) => handle(req, res) })
  const { client_id, secret } = projectCenter
  const client = { ...projectCenter, redirect_uris: [`${server.url}/callback`] }
  await auth.setClient(client, {
    redirect_uris: client.redirect_uris,
    scope: 'openid profile email user:read user:write learning:read',
  })
  let ahead = 0
  const log: string[] = []
  handle = createApp({
    issuer: auth.url,
    clientId: client_id,
    clientSecret: secret ?? '',
    baseUrl: server.url,
    userApiUrl: apis.url,
    openApiUrl: apis.url,
    projectCenterUrl: 'http://localhost:8071',
    allowInsecure: true,
    now: () => Date.now() + ahead,
    log: (line) => void log.push(line),
  }).callback()
  return {
    ...server,
    auth,
    apis,
    log,
    async signIn(path, browser = createBrowser()) {
      await browser.get(await auth.signInAt(new URL(path, server.url).href, alice, client, browser))
      await browser.follow()
      return browser
    },
    pass(time) {
      ahead += time
    },
    async close() {
      await Promise.all([server.close(), apis.close(), auth.stop()])
    },
  }
}

/** What a browser sends of the form for a profile. */
export const typed: Fields = {
  etag: '"1"',
  headline: 'Lead designer',
  bio: 'One\r\nTwo',
  skills: 'Figma，用户研究, Figma',
  links: 'https://a.example',
  visibility: 'public',
}
