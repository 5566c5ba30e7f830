import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { eachInProcesses } from '../support/auth-processes.ts'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Violation {
  id: string
  nodes: Array<{ html: string; failureSummary?: string }>
}

/**
 * What axe-core finds on a page, a line each; the page's context must bypass its CSP. Nothing with `TEST_PROCESSES`: which process answers does not change how a
 * page looks, and axe takes most of the time.
 */
export async function violations(page: Page): Promise<string[]> {
  if (eachInProcesses > 0) return []
  await page.evaluate(await readFile(axe, 'utf8'))
  const { violations: found } = (await page.evaluate('axe.run()')) as { violations: Violation[] }
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`))
}
