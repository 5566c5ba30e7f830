/**
 * `npm run bench:feed -- mongodb://…/NAME amqp://…/VHOST [COUNT]`: from the answer of the revocation endpoint to the first 401 in each of four API
 * processes, with the broker, while it is away, and when it has just come back. Exits with 1 when a limit is broken.
 */
import { startProcesses } from '../../../test/support/processes.ts'
import { brokerBehind } from './broker-behind.ts'
import { timesToRefusal } from './refusals.ts'

const [databaseUrl = '', eventsUrl = '', count = '100'] = process.argv.slice(2)
if (!databaseUrl.startsWith('mongodb') || !eventsUrl.startsWith('amqp'))
  throw new Error('npm run bench:feed -- mongodb://…/NAME amqp://…/VHOST [COUNT]')

const unlimited = { TOKEN_REQUESTS_PER_MINUTE: '0', CLIENT_FAILURES_PER_MINUTE: '0', REQUESTS_PER_MINUTE: '0' }
const broker = await brokerBehind(eventsUrl)
const suite = await startProcesses({ databaseUrl, eventsUrl: broker.url, env: unlimited })

const phases = [
  { name: 'with the broker', limit: 1000, before: async () => {} },
  { name: 'the broker is away', limit: 2000, before: broker.away },
  { name: 'the broker is back', limit: 2000, before: broker.back },
]

try {
  const table: Record<string, Record<string, number>> = {}
  for (const { name, limit, before } of phases) {
    await before()
    table[name] = { ...(await figures()), 'limit ms': limit }
    if ((table[name]['p99 ms'] ?? 0) > limit) process.exitCode = 1
  }
  console.table(table)
} finally {
  await suite.stop()
  await broker.away()
}

/** One revocation after the other, the first of them right after what happened. */
async function figures(): Promise<Record<string, number>> {
  const times: number[] = []
  for (let i = 0; i < Number(count); i++) times.push(...(await timesToRefusal(suite)))
  times.sort((a, b) => a - b)
  const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0)
  return { refusals: times.length, 'p50 ms': at(0.5), 'p99 ms': at(0.99), 'most ms': Math.round(times.at(-1) ?? 0) }
}
