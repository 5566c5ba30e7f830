/**
 * `npm run bench:sizing -- mongodb://…/NAME amqp://…/VHOST [PORTION]`: what one compiled process of auth does in a second, also of its own processor time, what memory
 * it takes, and how many bytes of MongoDB a person, a sign-in and a refresh cost. PORTION of the usual number of requests, 1 when left out.
 */
import { systemClock } from '@menshen/shared/clock'
import { demoDocument } from '@menshen/suite/demo-clients'
import { startProcesses } from '../../../test/support/processes.ts'
import { openConnections, repeat } from '../load.ts'
import { bytesOf } from './bytes.ts'
import { addPeople } from './people.ts'
import { usageOf } from './usage.ts'

const [databaseUrl = '', eventsUrl = '', portion = '1'] = process.argv.slice(2)
if (!databaseUrl.startsWith('mongodb') || !eventsUrl.startsWith('amqp'))
  throw new Error('npm run bench:sizing -- mongodb://…/NAME amqp://…/VHOST [PORTION]')

const times = (usual: number) => Math.ceil(usual * Number(portion))
const parallel = 16
const env = { TOKEN_REQUESTS_PER_MINUTE: '0', CLIENT_FAILURES_PER_MINUTE: '0', SIGN_IN_ADDRESS_LIMIT: '1000000' }
const suite = await startProcesses({ databaseUrl, eventsUrl, each: 1, env })
const [auth] = suite.processes.auth
const connections = openConnections(parallel)
const job = demoDocument(suite.addresses).clients.find(({ client_id }) => client_id === 'report-job')
const secret = job && 'client_secret' in job ? job.client_secret : ''

async function token(form: Record<string, string>, headers: Record<string, string> = {}): Promise<Record<string, string>> {
  const { body } = await connections.send({
    method: 'POST',
    url: `http://127.0.0.1:${auth?.port}/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(form).toString(),
  })
  return JSON.parse(body)
}

/** So many times, some at a time: work a second and a second of its processor time, and its memory after. */
async function measured(name: string, count: number, work: (worker: number) => Promise<unknown>): Promise<void> {
  const [before, began] = [await usageOf(auth?.pid), systemClock.now()]
  await repeat(count, parallel, async (worker) => void (await work(worker)))
  const [after, seconds] = [await usageOf(auth?.pid), (systemClock.now() - began) / 1000]
  table[name] = {
    times: count,
    'a second': Math.round(count / seconds),
    'a CPU second': Math.round(count / (after.cpuSeconds - before.cpuSeconds)),
    MiB: mebibytes(after.memory),
  }
}

const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20)
const table: Record<string, Record<string, number>> = {}
const bytes: Record<string, Record<string, number>> = {}
try {
  for (const { service, pid } of Object.values(suite.processes).flat())
    table[`${service} at rest`] = { MiB: mebibytes((await usageOf(pid)).memory) }

  const people = await addPeople(databaseUrl, times(400))
  const latest = new Map<number, string>()
  let next = 0
  const signIn = async (worker: number) => {
    const { username, password } = people[next++ % people.length] as (typeof people)[0]
    const { refresh_token = '' } = await token({
      grant_type: 'password',
      client_id: 'mobile-app',
      username,
      password,
      scope: 'openid user:read',
    })
    latest.set(worker, refresh_token)
  }
  const refresh = async (worker: number) => {
    const { refresh_token = '' } = await token({
      grant_type: 'refresh_token',
      client_id: 'mobile-app',
      refresh_token: latest.get(worker) ?? '',
    })
    latest.set(worker, refresh_token)
  }
  const authorization = `Basic ${Buffer.from(`report-job:${secret}`).toString('base64')}`

  await repeat(32, parallel, signIn) // warm
  await measured('sign-ins by password (argon2id)', times(1500), signIn)
  await measured('refreshes', times(10_000), refresh)
  await measured('tokens by client_credentials', times(10_000), () =>
    token({ grant_type: 'client_credentials' }, { authorization }),
  )
  Object.assign(bytes, await bytesOf(databaseUrl))
} finally {
  connections.close()
  await suite.stop()
}
console.table(table)
console.table(bytes)
