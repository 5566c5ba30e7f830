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

const options = { all: '{}', colours: "{ runOnly: ['color-contrast', 'link-in-text-block'] }" }

/** What axe-core finds on a page, a line each; the page's context must bypass its CSP. */
export async function violations(page: Page, rules: Rules = 'all'): Promise<string[]> {
  await page.evaluate(await readFile(axe, 'utf8'))
  const { violations: found } = (await page.evaluate(`axe.run(${options[rules]})`)) as { violations: Violation[] }
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`))
}
