import type { RequestListener } from 'node:http'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { users } from '../../src/stores/users.ts'
import { alice, bookshop, type TestClient } from './people.ts'
import { startAuth, type TestAuth } from './start-auth.ts'

/** Every standard claim there is (OpenID Connect Core section 5.1), but the user name. */
export const everyClaim = {
  name: 'Alice Liu',
  family_name: 'Liu',
  given_name: 'Alice',
  middle_name: 'May',
  nickname: 'Ali',
  profile: 'https://alice.example/',
  picture: 'https://alice.example/me.jpg',
  website: 'https://alice.example/site',
  gender: 'female',
  birthdate: '1990-02-03',
  zoneinfo: 'Asia/Shanghai',
  locale: 'zh-CN',
  updated_at: 1_700_000_000,
  email: 'alice@example.com',
  email_verified: true,
  address: { locality: 'Shanghai', country: 'CN' },
  phone_number: '+86 10 1234 5678',
  phone_number_verified: false,
}

/** auth as libraries of others meet it: by the clock of the machine, with clients that may ask for everything and a person of whom all is known. */
export async function startStory(...clients: TestClient[]): Promise<TestAuth> {
  const auth = await startAuth({ systemTime: true })
  for (const client of clients) {
    await auth.setClient(client, { scope: 'openid profile email address phone offline_access learning:read' })
  }
  await aliceInFull(auth)
  return auth
}

/** Lets everything be known of alice. */
export async function aliceInFull({ database }: TestAuth): Promise<void> {
  await database.collection(users).update({ sub: alice.sub }, { set: { claims: everyClaim } })
}

/** A site on a port of its own, to whose `/callback` the client sends people back. */
export async function serveSite(
  auth: TestAuth,
  site: RequestListener,
  client: TestClient = bookshop,
): Promise<Listening & { client: TestClient; redirect_uri: string }> {
  const listening = await listen({ callback: () => site })
  const redirect_uri = `${listening.url}/callback`
  await auth.setClient(client, { redirect_uris: [redirect_uri] })
  return { ...listening, client: { ...client, redirect_uris: [redirect_uri] }, redirect_uri }
}
