import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testMongoUrl } from '@menshen/shared/testing/databases'

/** A database of a test that kills no database: a new one of the MongoDB that tests may use, without it a new folder for SQLite. */
export const freshDatabase = (): string => testMongoUrl() ?? `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-faults-'))}`
