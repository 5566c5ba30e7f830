import type { AdminPage, PageAsked } from '@menshen/auth/admin/page'
import { type Input, type Option, type Outcome, UsageError } from './command.ts'
import { tableOf } from './table.ts'

/** Of every list. */
export const pageOptions: Readonly<Record<string, Option>> = {
  limit: { value: 'N', about: 'How many to show, 50 when left out, 1000 at most.' },
  cursor: { value: 'CURSOR', about: 'Goes on where the page before ended: its `next`.' },
}

export function pageAsked(input: Input): PageAsked {
  const limit = input.text('limit') ?? '50'
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > 1000) throw new UsageError('--limit must be 1 to 1000')
  return { limit: Number(limit), cursor: input.text('cursor') }
}

/** A page as a table, with the way to the next. */
export function listed<Item>(
  page: AdminPage<Item>,
  headings: readonly string[],
  rowOf: (item: Item) => readonly string[],
): Outcome {
  const table = page.items.length === 0 ? 'none' : tableOf(headings, page.items.map(rowOf))
  return { json: page, text: page.next === null ? table : `${table}\n\nMore: --cursor ${page.next}` }
}
