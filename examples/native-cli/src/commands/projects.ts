import type { Deps } from '../deps.ts'
import { read } from '../session.ts'

interface Page {
  items: Array<{ name: string; role: string; state: string }>
  /** The cursor of the next page. */
  next?: string
}

/** Lists the person's projects, all pages of them. */
export async function projects(deps: Deps): Promise<void> {
  let found = 0
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const query = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) })
    const { items, next } = (await read(`${deps.options.projectApiUrl}/projects?${query}`, deps)) as unknown as Page
    for (const { name, role, state } of items) deps.print(`${role.padEnd(8)}${state === 'archived' ? '(archived) ' : ''}${name}`)
    found += items.length
    cursor = next
  }
  if (found === 0) deps.print('You take part in no project yet.')
}
