import { boundedText } from '@menshen/shared/http/bounded-text'
import { DocumentFaults } from './faults.ts'
import type { Change, ClientChange } from './plan.ts'
import type { Entries } from './schemas.ts'

/** How the world is asked; `fetch` of Node when left out. */
export interface SectorDeps {
  fetch?: typeof globalThis.fetch
}

const longest = 64 * 1024
const patience = 5000 // milliseconds

/**
 * Proves that the redirect URIs of clients belong to the sectors they name: the file at `sector_identifier_uri` lists them all (OpenID Connect
 * Core section 8.1). Asked by whoever registers clients, never by the server, and only for what is new. @throws DocumentFaults.
 */
export async function requireSectors(changes: readonly Change[], { clients }: Entries, deps: SectorDeps): Promise<void> {
  const checks = changes.map(async (change) => {
    const fault = change.kind === 'client' ? await sectorFault(change, deps) : undefined
    const index = clients.findIndex(({ client_id }) => client_id === change.name)
    return fault === undefined ? [] : [{ place: `clients[${index}].sector_identifier_uri`, text: fault }]
  })
  const faults = (await Promise.all(checks)).flat()
  if (faults.length > 0) throw new DocumentFaults(faults)
}

async function sectorFault({ before, after }: ClientChange, deps: SectorDeps): Promise<string | undefined> {
  const { sector_identifier_uri, redirect_uris } = after
  if (!sector_identifier_uri) return undefined
  const proven = before?.sector_identifier_uri === sector_identifier_uri ? before.redirect_uris : []
  if (redirect_uris.every((uri) => proven.includes(uri))) return undefined
  try {
    const listed = await fetchList(sector_identifier_uri, deps)
    return redirect_uris.every((uri) => listed.includes(uri)) ? undefined : 'does not list all of the redirect_uris'
  } catch (error) {
    return `can't be read: ${(error as Error).message}`
  }
}

async function fetchList(url: string, { fetch = globalThis.fetch }: SectorDeps): Promise<unknown[]> {
  const signal = AbortSignal.timeout(patience)
  const response = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'error', signal })
  if (response.status !== 200) throw new Error(`it answers ${response.status}`)
  const list: unknown = JSON.parse(await boundedText(response, longest))
  if (!Array.isArray(list)) throw new Error('it is no list')
  return list
}
