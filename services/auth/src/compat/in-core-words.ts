import type { Params } from '../core/params.ts'
import type { Dialect } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { authserverRequest } from './authserver/words.ts'
import { translate, type Words } from './translate.ts'

/** Dialects that share an address with the core; the client tells which it is. */
const requests: Partial<Record<Dialect, Words>> = { authserver: authserverRequest }

/** An authorization request in the core's words, by the dialect of the client that it names. */
export async function inCoreWords(params: Params, { clients }: Pick<AuthDeps, 'clients'>): Promise<Params> {
  const { dialect } = (await clients.find(params.get('client_id') ?? '')) ?? {}
  const words = dialect && requests[dialect]
  return words ? translate(params, words) : params
}
