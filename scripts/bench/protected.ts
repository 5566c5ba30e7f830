import { openConnections, repeat } from './load.ts'
import { startSubject } from './subject.ts'

const parallel = 16
const live = 2000
const times = 8000

/** What `requireToken` leaves of the rate of an endpoint, while so many tokens are in use by turns; the medians of all rounds. */
export async function measureProtected(rounds: number): Promise<Record<string, number>> {
  const subject = await startSubject('protected-koa', [])
  const connections = openConnections(parallel)
  const tokens = await subject.mint(live)
  let next = 0
  const get = (path: string) => async () => {
    const headers = { authorization: `Bearer ${tokens[next++ % live]}` }
    await connections.send({ method: 'GET', url: subject.url + path, headers })
  }

  async function rate(path: string): Promise<number> {
    const before = await subject.cpu()
    await repeat(times, parallel, get(path))
    return times / (((await subject.cpu()) - before) / 1e6)
  }

  for (const path of ['/open', '/protected']) await rate(path) // warm up; from here on every token is known
  const [open, guarded]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    open.push(await rate('/open'))
    guarded.push(await rate('/protected'))
  }
  connections.close()
  subject.stop()
  return {
    'bare Koa /s': Math.round(median(open)),
    'auth /s': Math.round(median(guarded)),
    share: share(median(guarded), median(open)),
    goal: 0.8,
  }
}

export function share(rate: number, of: number): number {
  return Number((rate / of).toFixed(2))
}

export function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
