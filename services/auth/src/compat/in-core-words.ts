import type { Params } from '../core/params.ts'
import type { Dialect } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { authserverRequest } from './authserver/words.ts'
import { translate, type Words } from './translate.ts'

/** Dialects that share an address with the core; the client tells which it is. */
const requests: Partial<Record<Dialect, Words>> = { authserver: authserverRequest }

/** An authorization request in the core's words, by the dialect of the client that it names; the log tells that one was spoken. */
export async function inCoreWords(params: Params, { clients, log }: Pick<AuthDeps, 'clients' | 'log'>): Promise<Params> {
  const { dialect, client_id } = (await clients.find(params.get('client_id') ?? '')) ?? {}
  if (!dialect) return params
  log.info({ dialect, client_id }, 'asked in a dialect')
  return translate(params, requests[dialect] ?? {})
}
