import type { Forward } from '@menshen/shared/forward'
import { ExpectedError } from '@menshen/shared/run-main'

/**
 * Reads `8060=auth:8060,8061=user-api:8061`: in a container `localhost:8060` is the container itself, and the address by which a browser and a program name auth
 * is one. @throws ExpectedError that names the part which is none.
 */
export function forwardsOf(text: string): Forward[] {
  return text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => {
      const [, port, host, to] = /^(\d+)=([\w.-]+):(\d+)$/.exec(part) ?? []
      if (host === undefined) throw new ExpectedError(`FORWARDS must be PORT=HOST:PORT, several separated by commas, got ${part}`)
      return { port: Number(port), host, to: Number(to) }
    })
}
