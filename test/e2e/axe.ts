import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Violation {
  id: string
  nodes: Array<{ html: string; failureSummary?: string }>
}

/** Which of its rules axe-core applies: `colours` are those that a colour scheme can break. */
type Rules = 'all' | 'colours'

const options = { all: '', colours: "runOnly: ['color-contrast', 'link-in-text-block']" }

/** What axe-core finds on a page, a line each; the page's context must bypass its CSP. */
export async function violations(page: Page, rules: Rules = 'all'): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await readFile(axe, 'utf8'))
  const run = `axe.run({ resultTypes: ['violations'], ${options[rules]} }).then(({ violations }) => violations)`
  const found = (await page.evaluate(run)) as Violation[]
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`))
}
