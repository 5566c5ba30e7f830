import { sha256 } from '../../src/core/secrets.ts'
import { clients } from '../../src/stores/clients.ts'
import { reportJob, type TestClient } from './people.ts'
import type { TestAuth } from './start-auth.ts'

const secret = 'the secret of an API of the suite, long enough'

/** An API of the suite, which may read the revocation feed. */
export const someApi: TestClient = {
  ...reportJob,
  client_id: 'some-api',
  client_name: 'Some API',
  scope: 'revocation:read',
  first_party: true,
  secret,
  secretHashes: [sha256(secret)],
}

/** Registers that API, and reads the feed as it does. */
export async function feedReader(auth: TestAuth) {
  const { secret: _, ...client } = someApi
  await auth.database.collection(clients).insert(client)
  const token = async (): Promise<string> =>
    (await auth.token(someApi, { grant_type: 'client_credentials', scope: 'revocation:read' })).body.access_token
  const readWith = (bearer: string, query = '') => auth.get(`/oauth2/revocations${query}`, { authorization: `Bearer ${bearer}` })
  return {
    token,
    readWith,
    read: async (cursor?: string) =>
      (await readWith(await token(), cursor === undefined ? '' : `?${new URLSearchParams({ cursor })}`)).body,
  }
}
