import type { ClientStore, CoreConfig } from './ports.ts'
import type { Client, Dialect } from './types.ts'

export const dialects: readonly Dialect[] = ['authserver', 'egg', 'wechat']

/**
 * The clients that speak one of these; null: the core's own. All others do not exist for whoever is given this store, whatever they ask of it.
 */
export const clientsOf = (clients: ClientStore, spoken: ReadonlyArray<Dialect | null>): ClientStore => ({
  ...clients,
  async find(client_id) {
    const client = await clients.find(client_id)
    return client && spoken.includes(client.dialect ?? null) ? client : undefined
  },
})

/** How long what is given to a client lives, in seconds. */
export interface Lifetimes {
  code: number
  accessToken: number
}

/** As the servers of the dialects gave it. */
export const lifetimes: Readonly<Record<Dialect, Lifetimes>> = {
  authserver: { code: 600, accessToken: 7200 },
  egg: { code: 300, accessToken: 3600 },
  wechat: { code: 600, accessToken: 7200 },
}

/** What a client is promised; an API may want its access tokens shorter. */
export const lifetimesFor = (
  { dialect }: Pick<Client, 'dialect'>,
  { codeTtl, accessTokenTtl }: Pick<CoreConfig, 'codeTtl' | 'accessTokenTtl'>,
): Lifetimes => (dialect ? lifetimes[dialect] : { code: codeTtl, accessToken: accessTokenTtl })
