import { tellLogouts } from '../core/backchannel-logout.ts'
import type { AuthDeps } from '../deps.ts'

/** What runs beside the requests, and how often, in milliseconds. Each is harmless when several processes run it. */
const jobs: ReadonlyArray<{ name: string; every: number; run(deps: AuthDeps): Promise<unknown> }> = [
  { name: 'outbox relay', every: 2000, run: ({ outbox }) => outbox.relay() },
  { name: 'signing keys', every: 3000, run: takeUpKeys },
  { name: 'key rotation', every: 3000, run: rotateKeys },
  { name: 'logout tokens', every: 2000, run: ({ backchannel }) => tellLogouts(backchannel) },
  { name: 'request counts', every: 1000, run: ({ requestLimit }) => requestLimit.flush() },
  { name: 'sweep', every: 60_000, run: ({ leases, database }) => leases.hold('sweep', () => database.sweep()) },
]

async function takeUpKeys({ signing }: AuthDeps): Promise<void> {
  await signing.refresh()
  await signing.check()
}

/** Loaded with the first round: no start waits for it. The actor is what the audit calls it. */
async function rotateKeys(deps: AuthDeps): Promise<void> {
  const { rotateDueKeys } = await import('../admin/rotate-due-keys.ts')
  await rotateDueKeys({ ...deps, actor: 'key rotation', openVault: async () => deps.vault })
}

/** Starts the jobs; what it returns stops them and waits for those under way. */
export function startJobs(deps: AuthDeps): () => Promise<void> {
  const running = new Set<Promise<unknown>>()
  const timers = jobs.map(({ name, every, run }) =>
    setInterval(() => {
      const work = run(deps)
        .catch((error) => deps.log.error({ err: error, job: name }, 'a job failed'))
        .finally(() => running.delete(work))
      running.add(work)
    }, every).unref(),
  )
  return async () => {
    for (const timer of timers) clearInterval(timer)
    await Promise.all(running)
  }
}
