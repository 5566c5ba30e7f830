import { systemClock } from '@menshen/shared/clock'
import { openEventBus } from '@menshen/shared/events'
import { silentLog } from '@menshen/shared/log'
import { startAuth } from '../../../services/auth/test/support/start-auth.ts'
import { alice, bookshop, mobileApp, reportJob } from '../../../services/auth/test/support/people.ts'
import { sha256 } from '../../../services/auth/src/core/secrets.ts'
import { clients } from '../../../services/auth/src/stores/clients.ts'
import { startOpenApi } from '../../../services/open-api/src/start.ts'
import { loadOpenApiConfig } from '../../../services/open-api/src/config.ts'
import { seedOpenApi } from '../../../services/open-api/src/seed.ts'
import { startUserApi } from '../../../services/user-api/src/start.ts'
import { loadUserApiConfig } from '../../../services/user-api/src/config.ts'
import { startProjectApi } from '../../../services/project-api/src/start.ts'
import { loadProjectApiConfig } from '../../../services/project-api/src/config.ts'
import { runTour } from '../src/tour/run-tour.ts'
import { createApp } from '../../../examples/third-party-site/src/app.ts'

const auth = await startAuth({ systemTime: true })
const bus = await openEventBus('memory:', { log: silentLog })
const around = { log: silentLog, bus, clock: systemClock }
const env = (port: number, resource: number) => ({ ISSUER: auth.url, PORT: String(port), RESOURCE: `http://localhost:${resource}`, DATABASE_URL: 'sqlite::memory:' })
const u = await startUserApi(loadUserApiConfig(env(18061, 8061)), around)
const p = await startProjectApi(loadProjectApiConfig(env(18062, 8062)), around)
const o = await startOpenApi(loadOpenApiConfig(env(18063, 8063)), around)
await seedOpenApi(o.database, { alice: alice.sub, bob: 'sub-bob' })
const secret = 'a third party secret of length 40 xxxxxxx'
const { secret: _, ...base } = bookshop
const third = { ...base, client_id: 'third-party-site', client_name: 'LearnTrack', secretHashes: [sha256(secret)], redirect_uris: ['http://localhost:18051/callback'], scope: 'openid profile learning:read' }
await auth.database.collection(clients).insert(third)
const demo = { users: [{ username: 'alice', password: alice.password }], clients: [mobileApp, { ...third, client_secret: secret }, { ...reportJob, client_secret: reportJob.secret, scope: process.env['SCOPE'] ?? 'learning:read' }] }
const addresses = { issuer: auth.url, userApi: 'http://localhost:18061', projectApi: 'http://localhost:18062', openApi: 'http://localhost:18063' }
try { console.log(await runTour({ addresses, demo, print: console.log, colour: process.env['COLOUR'] === '1' })) } catch (e) { console.error((e as Error).name, (e as Error).message) }
if (process.env['STAY']) {
  createApp({ issuer: auth.url, clientId: 'third-party-site', clientSecret: secret, baseUrl: 'http://localhost:18051', openApiUrl: addresses.openApi, allowInsecure: true }).listen(18051)
} else process.exit(0)
