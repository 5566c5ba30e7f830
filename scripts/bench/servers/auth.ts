/** auth as `main.ts` starts it, with its log in a file: `auth.ts ALG DATABASE_URL LOG_FILE`. */
import { randomUUID } from 'node:crypto'
import { systemClock } from '@menshen/shared/clock'
import { openEventBus } from '@menshen/shared/events'
import { createLog } from '@menshen/shared/log'
import pino from 'pino'
import { loadAuthConfig } from '../../../services/auth/src/config.ts'
import { issueAccessToken } from '../../../services/auth/src/core/access-token.ts'
import { newGrant, newSession } from '../../../services/auth/src/core/grant.ts'
import { usernameId } from '../../../services/auth/src/core/password.ts'
import { targetOf } from '../../../services/auth/src/core/resource.ts'
import { newSecret, sha256 } from '../../../services/auth/src/core/secrets.ts'
import type { SigningAlgorithm } from '../../../services/auth/src/core/types.ts'
import { startAuth } from '../../../services/auth/src/start.ts'
import { apis } from '../../../services/auth/src/stores/apis.ts'
import { clients } from '../../../services/auth/src/stores/clients.ts'
import { grants } from '../../../services/auth/src/stores/grants.ts'
import { sessions } from '../../../services/auth/src/stores/sessions.ts'
import { identifiers, passwords, users } from '../../../services/auth/src/stores/users.ts'
import { alice, mobileApp, openApi, projectCenter, reportJob } from '../../../services/auth/test/support/people.ts'
import { answerParent } from './answer.ts'

const [alg = 'ES256', databaseUrl = 'sqlite::memory:', logFile = '/dev/null'] = process.argv.slice(2)
const config = loadAuthConfig({
  ...process.env,
  PORT: '0',
  ISSUER: 'http://localhost:8060',
  DATABASE_URL: databaseUrl,
  TOKEN_REQUESTS_PER_MINUTE: '100000000', // counted, and never reached
  SECRETS_KEY: 'the secrets key of the benchmark; 32 or more',
})
const log = createLog({ service: 'auth', level: 'info', destination: pino.destination({ dest: logFile, sync: true }) })
const { deps, url } = await startAuth(config, { log, bus: await openEventBus('memory:', { log }), clock: systemClock })
const { database } = deps

const scope = 'openid learning:read'
const module = { ...projectCenter, scope, id_token_signed_response_alg: 'ES256' as const }
for (const { secret: _, ...client } of [
  { ...reportJob, secret: '' },
  { ...module, secret: '' },
  { ...mobileApp, secret: '' },
])
  await database.collection(clients).insert(client)
await database.collection(apis).insert({ ...openApi, access_token_signing_alg: alg as SigningAlgorithm })

const { sub, username, password, claims } = alice
await database
  .collection(users)
  .insert({ sub, preferred_username: username, claims, disabledAt: null, lastGrantAt: null, version: 1 })
await database.collection(identifiers).insert({ id: usernameId(username), sub })
await database.collection(passwords).insert({ sub, hash: await deps.passwords.hash(password) })

const cookie = newSecret()
const purgeAt = Date.now() + 86_400_000
const session = newSession({ sid: randomUUID(), sub, browser: sha256(cookie), client_id: null, purgeAt }, deps)
await database.collection(sessions).insert(session)

/** Access tokens of alice's, each with a Grant of its own. */
async function mint(count: number): Promise<string[]> {
  const target = targetOf({ scope, resource: [] }, await deps.apis.all(), config.issuer)
  const tokens: string[] = []
  for (let made = 0; made < count; made++) {
    const grant = newGrant({ client: module, session, scope, resource: [], purgeAt }, deps)
    await database.collection(grants).insert(grant)
    tokens.push((await issueAccessToken(grant, target, deps)).access_token)
  }
  return tokens
}

answerParent({ url, cookie: `menshen_session=${cookie}` }, mint)
