/** `npm run bench`: tokens per CPU second of auth beside a bare Koa endpoint that signs the same JWT, in one run. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { basic, reportJob } from '../../services/auth/test/support/people.ts'

import { send } from './load.ts'

const rounds = Number(process.argv[2] ?? 7)
const requests = 4000
const request = {
  headers: { authorization: basic('report-job', reportJob.secret ?? ''), 'content-type': 'application/x-www-form-urlencoded' },
  body: 'grant_type=client_credentials&scope=learning:read',
  parallel: 16,
}

interface Server {
  name: string
  process: ChildProcess
  url: string
  rates: number[]
}

for (const alg of ['ES256', 'RS256']) {
  const servers = await Promise.all([start('bare Koa', 'bare-koa', alg), start('auth', 'auth', alg)])
  for (const { url } of servers) await send({ url, ...request, requests: 2000 }) // warm up
  for (let round = 0; round < rounds; round++) for (const server of servers) server.rates.push(await rate(server))
  const [bare = 0, auth = 0] = servers.map(({ rates }) => median(rates))
  console.log(
    `client_credentials ${alg}: bare Koa ${Math.round(bare)}, auth ${Math.round(auth)} tokens per CPU second; share ${(auth / bare).toFixed(2)}`,
  )
  for (const server of servers) server.process.kill()
}

async function start(name: string, script: string, alg: string): Promise<Server> {
  const file = fileURLToPath(new URL(`servers/${script}.ts`, import.meta.url))
  const child = fork(file, [alg], { execArgv: ['--conditions=menshen-source', '--import', 'tsx'] })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return { name, process: child, url, rates: [] }
}

/** Requests per second of the server's own CPU time. */
async function rate({ process: child, url }: Server): Promise<number> {
  const before = await cpuOf(child)
  await send({ url, ...request, requests })
  return requests / (((await cpuOf(child)) - before) / 1e6)
}

async function cpuOf(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message') as Promise<[{ cpu: number }]>
  child.send('cpu?')
  return (await answer)[0].cpu
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
