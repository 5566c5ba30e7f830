/** auth as `main.ts` starts it, with its log in a file and its records in memory, and one client. */
import { systemClock } from '@menshen/shared/clock'
import { openEventBus } from '@menshen/shared/events'
import { createLog } from '@menshen/shared/log'
import pino from 'pino'
import { loadAuthConfig } from '../../../services/auth/src/config.ts'
import { startAuth } from '../../../services/auth/src/start.ts'
import { apis } from '../../../services/auth/src/stores/apis.ts'
import { clients } from '../../../services/auth/src/stores/clients.ts'
import { openApi, reportJob } from '../../../services/auth/test/support/people.ts'
import { reportCpu } from './report-cpu.ts'

const [alg = 'ES256', logFile = '/dev/null'] = process.argv.slice(2)
const config = loadAuthConfig({
  ...process.env,
  PORT: '0',
  ISSUER: 'http://localhost:8060',
  DATABASE_URL: 'sqlite::memory:',
  TOKEN_REQUESTS_PER_MINUTE: '100000000', // counted, and never reached
  SECRETS_KEY: 'the secrets key of the benchmark; 32 or more',
})
const log = createLog({ service: 'auth', level: 'info', destination: pino.destination({ dest: logFile, sync: true }) })
const { deps, url } = await startAuth(config, { log, bus: await openEventBus('memory:', { log }), clock: systemClock })
const { secret: _, ...client } = reportJob
await deps.database.collection(clients).insert(client)
await deps.database.collection(apis).insert({ ...openApi, access_token_signing_alg: alg as 'ES256' | 'RS256' })
reportCpu(`${url}/oauth2/token`)
