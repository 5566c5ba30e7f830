/** auth as `main.ts` starts it, with its log in a file: `auth.ts ALG DATABASE_URL LOG_FILE`. */
import { randomUUID } from 'node:crypto'
import { loadAuthConfig } from '@menshen/auth/config'
import { issueAccessToken } from '@menshen/auth/core/access-token'
import { newGrant } from '@menshen/auth/core/grant'
import { usernameId } from '@menshen/auth/core/identifiers'
import { targetOf } from '@menshen/auth/core/resource'
import { newSecret, sha256 } from '@menshen/auth/core/secrets'
import { newSession } from '@menshen/auth/core/session'
import type { SigningAlgorithm } from '@menshen/auth/core/types'
import { startAuth } from '@menshen/auth/start'
import { apis } from '@menshen/auth/stores/apis'
import { clients } from '@menshen/auth/stores/clients'
import { grants } from '@menshen/auth/stores/grants'
import { sessions } from '@menshen/auth/stores/sessions'
import { identifiers, passwords, users } from '@menshen/auth/stores/users'
import { systemClock } from '@menshen/shared/clock'
import { openEventBus } from '@menshen/shared/events'
import { createLog } from '@menshen/shared/log'
import pino from 'pino'
import { alice, crowd, mobileApp, openApi, reportJob, webModule } from '../people.ts'
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

const { scope } = webModule
for (const client of [reportJob, webModule, mobileApp]) await database.collection(clients).insert(client)
await database.collection(apis).insert({ ...openApi, access_token_signing_alg: alg as SigningAlgorithm })

const { sub } = alice
const hash = await deps.passwords.hash(alice.password)
for (const { sub, username, claims } of [alice, ...crowd]) {
  const user = { sub, preferred_username: username, claims, disabledAt: null, lastGrantAt: null, version: 1 }
  await database.collection(users).insert(user)
  await database.collection(identifiers).insert({ id: usernameId(username), sub })
  await database.collection(passwords).insert({ sub, hash })
}

const cookie = newSecret()
const purgeAt = Date.now() + 86_400_000
const caller = { address: '127.0.0.1', userAgent: null }
const session = newSession(
  { sid: randomUUID(), sub, browser: sha256(cookie), remembered: false, client_id: null, endsAt: purgeAt, purgeAt, caller },
  deps,
)
await database.collection(sessions).insert(session)

/** Access tokens of alice's, each with a Grant of its own. */
async function mint(count: number): Promise<string[]> {
  const target = targetOf({ scope, resource: [] }, await deps.apis.all(), config.issuer)
  const tokens: string[] = []
  for (let made = 0; made < count; made++) {
    const grant = newGrant({ client: webModule, session, scope, resource: [], claims: null, purgeAt }, deps)
    await database.collection(grants).insert(grant)
    tokens.push((await issueAccessToken(grant, { client: webModule, target }, deps)).access_token)
  }
  return tokens
}

answerParent({ url, cookie: `menshen_session=${cookie}` }, mint)
