import { readFile } from 'node:fs/promises'
import { bookshop, type TestClient } from '../support/people.ts'

interface GuideDocument {
  clients: Array<{
    client_id: string
    client_secret: string
    redirect_uris: string[]
    token_endpoint_auth_method?: 'client_secret_post'
  }>
  users: Array<{ sub: string; username: string; password: string; [claim: string]: unknown }>
}

/** What the guide has people apply: three static clients that use no PKCE, and a person. */
export const document: GuideDocument = JSON.parse(await readFile('docs/guides/conformance.json', 'utf8'))

const [first, second, third] = document.clients.map(
  (client): TestClient => ({ ...bookshop, ...client, secret: client.client_secret }),
)
const [given] = document.users
if (!first || !second || !third || !given) throw new Error('the guide has fewer clients or people than the suite needs')
const { sub, username, password, ...claims } = given

export const [client, client2, postClient] = [first, second, third]
export const callback: string = client.redirect_uris[0] ?? ''
/** Signs in; `claims`: all that is known of them. */
export const person: { sub: string; username: string; password: string; claims: Record<string, unknown> } = {
  sub,
  username,
  password,
  claims: { ...claims, preferred_username: username },
}
