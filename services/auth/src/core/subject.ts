import { createHmac } from 'node:crypto'
import type { CoreDeps } from './ports.ts'
import { newSecret } from './secrets.ts'
import type { Client, SubjectType } from './types.ts'

/** What a client may register as its `subject_type` (OpenID Connect Core section 8). */
export const subjectTypes: readonly SubjectType[] = ['public', 'pairwise']

/** The subject of an account as a client knows it. */
export type SubjectOf = (client: Client, sub: string) => string

/**
 * Makes subjects: `public` is the account's own, `pairwise` one that is the same for all clients of a sector and tells the clients of others
 * nothing (OpenID Connect Core section 8.1).
 */
export const createSubjects =
  (salt: string): SubjectOf =>
  (client, sub) =>
    client.dialect || client.subject_type === 'pairwise' ? pairwise(sectorOf(client), sub, salt) : sub

/** The same person for all apps of one owner, as no other owner knows them; an app whose owner nobody named is alone. */
export type UnionOf = (client: Client, sub: string) => string

const createUnions =
  (salt: string): UnionOf =>
  ({ client_id, owner }, sub) =>
    pairwise(owner ? `owner:${owner}` : `app:${client_id}`, sub, salt)

const pairwise = (sector: string, sub: string, salt: string) =>
  createHmac('sha256', salt)
    .update(JSON.stringify([sector, sub]))
    .digest('base64url')

/**
 * The Sector Identifier: a host, which whoever registers pairwise has (OpenID Connect Core section 8.1). A client of a dialect is a sector of its own, of a
 * name that no host can have.
 */
function sectorOf({ client_id, dialect, sector_identifier_uri, redirect_uris }: Client): string {
  if (dialect) return `client:${client_id}`
  const uri = sector_identifier_uri ?? redirect_uris[0]
  if (uri === undefined) throw new Error('a pairwise client without a sector')
  return new URL(uri).hostname
}

const id = 'pairwise salt'

/** Opens the salt of this database: made once, whichever process comes first, and sealed, so that it outlives each SECRETS_KEY. */
export async function openSubjects({
  sealed,
  vault,
}: Pick<CoreDeps, 'sealed' | 'vault'>): Promise<{ subjectOf: SubjectOf; unionOf: UnionOf }> {
  const stored = (await sealed.find(id)) ?? (await sealed.ensure(id, vault.seal(newSecret(), id)))
  const { text, isStale } = vault.open(stored, id)
  if (isStale) await sealed.replace(id, vault.seal(text, id))
  return { subjectOf: createSubjects(text), unionOf: createUnions(text) }
}
