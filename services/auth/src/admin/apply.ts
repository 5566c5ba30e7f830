import { ExpectedError } from '@menshen/shared/run-main'
import { type CheckDeps, checkDocument } from './check.ts'
import { type Change, type OpenVault, planOf } from './plan.ts'
import { requireSectors, type SectorDeps } from './sector-identifier.ts'
import { type WriteDeps, write } from './write.ts'

export type { Change } from './plan.ts'
export type { ApplyDocument } from './schemas.ts'

export type PlanDeps = CheckDeps & SectorDeps & { openVault: OpenVault }
export type ApplyDeps = PlanDeps & WriteDeps

/** How often a plan is made anew when somebody else changed a record meanwhile. */
const rounds = 10

/**
 * Makes the stored clients, users and APIs what the document says, and tells what it did. What is so already is not written, what the document
 * does not name is left alone. @throws DocumentFaults with all faults, and then nothing is written.
 */
export async function applyDocument(document: unknown, deps: ApplyDeps): Promise<Change[]> {
  const written = new Map<string, Change>()
  for (let round = 0; round < rounds; round++) {
    const changes = await planDocument(document, deps)
    if (await writeAll(changes, written, deps)) return changes.map((change) => written.get(idOf(change)) ?? change)
  }
  throw new ExpectedError('somebody else keeps changing the same records: try again')
}

/** What `applyDocument` would do; writes nothing. @throws DocumentFaults with all faults. */
export async function planDocument(document: unknown, deps: PlanDeps): Promise<Change[]> {
  const { entries, stored } = await checkDocument(document, deps)
  const changes = await planOf(entries, stored, deps.openVault)
  await requireSectors(changes, entries, deps)
  return changes
}

/** Writes change by change, and tells whether all were; one that no longer fits what is stored waits for the next plan and stops no other. */
async function writeAll(changes: readonly Change[], written: Map<string, Change>, deps: ApplyDeps): Promise<boolean> {
  let missed = 0
  for (const change of changes) {
    if (change.action === 'unchanged') continue
    if (await write(change, deps)) written.set(idOf(change), change)
    else missed += 1
  }
  return missed === 0
}

const idOf = ({ kind, name }: Change) => `${kind} ${name}`
