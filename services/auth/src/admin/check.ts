import type { Database } from '@menshen/shared/storage'
import type { CoreConfig } from '../core/ports.ts'
import { apiRules } from './api-rules.ts'
import { clientRules } from './client-rules.ts'
import { DocumentFaults, type Fault, schemaFaults } from './faults.ts'
import { type Readable, readableParts } from './readable.ts'
import type { Rule, RuleContext } from './rule.ts'
import { documentSchema, type Entries } from './schemas.ts'
import { readStored, type Stored } from './stored.ts'
import { userRules } from './user-rules.ts'

export interface CheckDeps {
  database: Database
  config: Pick<CoreConfig, 'issuer'>
}

/** A document that holds, and what is stored of it. @throws DocumentFaults with all faults: of form, between entries, against what is stored. */
export async function checkDocument(
  raw: unknown,
  { database, config }: CheckDeps,
): Promise<{ entries: Entries; stored: Stored }> {
  const document = readableParts(raw)
  const stored = await readStored(document, database)
  const { data, error } = documentSchema.safeParse(raw)
  const ofForm = error ? schemaFaults(error) : []
  const ofRules = ruleFaults({ document, stored, issuer: config.issuer }).filter(
    ({ place }) => !ofForm.some((fault) => fault.place === place),
  )
  if (!data || ofRules.length > 0) throw new DocumentFaults([...ofForm, ...ofRules])
  return { entries: data, stored }
}

type World = Omit<RuleContext, 'index'>

const ruleFaults = (world: World): Fault[] => [
  ...faultsIn('clients', clientRules, world),
  ...faultsIn('users', userRules, world),
  ...faultsIn('apis', apiRules, world),
]

const faultsIn = <List extends keyof Readable>(
  list: List,
  rules: ReadonlyArray<Rule<Required<Readable>[List][number]>>,
  world: World,
): Fault[] =>
  world.document[list].flatMap((entry, index) =>
    rules.flatMap((rule) =>
      rule(entry, { ...world, index }).map(({ field, text }) => ({ place: `${list}[${index}].${field}`, text })),
    ),
  )
