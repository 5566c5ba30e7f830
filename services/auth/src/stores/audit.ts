import { defineCollection } from '@menshen/shared/storage'
import type { AuditRecord } from '../core/types.ts'

/** What administrators did. */
export const audit = defineCollection<AuditRecord>({ name: 'audit', key: 'id', indexes: [['at'], ['subject', 'at']] })
