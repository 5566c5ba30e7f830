import type { Database } from '@menshen/shared/storage'
import type { AuditRecord } from '../core/types.ts'
import { audit } from '../stores/audit.ts'
import { type AdminPage, type PageAsked, readPage } from './page.ts'

/** What administrators did, the newest first; of one subject only when one is named. */
export const listAudit = (
  { subject, ...page }: PageAsked & { subject?: string | undefined },
  deps: { database: Database },
): Promise<AdminPage<AuditRecord>> =>
  readPage(audit, { filter: subject === undefined ? {} : { subject }, by: 'at', descending: true }, page, deps)
