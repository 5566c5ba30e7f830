/**
 * `npm run docs` writes the pages that are made from the code; `npm run docs:check` (`--check`) only compares, and exits with 1 when one differs.
 * A folder may follow, to work in instead of this repository.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cliPage } from './docs/cli.ts'
import { configurationPage, envExample } from './docs/configuration.ts'
import { dialectsPage } from './docs/dialects.ts'
import { errorsPage } from './docs/errors.ts'
import { eventsPage } from './docs/events.ts'
import { licencesPage } from './docs/licences.ts'
import { specificationsPage } from './docs/specifications.ts'

const pages: Readonly<Record<string, () => string>> = {
  '.env.example': envExample,
  'docs/cli.md': cliPage,
  'docs/configuration.md': configurationPage,
  'docs/dialects.md': dialectsPage,
  'docs/errors.md': errorsPage,
  'docs/events.md': eventsPage,
  'docs/licences.md': licencesPage,
  'docs/specifications.md': specificationsPage,
}

const [folder = fileURLToPath(new URL('..', import.meta.url))] = process.argv.slice(2).filter((word) => word !== '--check')

if (process.argv.includes('--check')) check()
else write()

function write(): void {
  for (const [file, page] of Object.entries(pages)) {
    const path = resolve(folder, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, page())
  }
}

function check(): void {
  const stale = Object.entries(pages).filter(([file, page]) => stored(file) !== page())
  for (const [file] of stale) console.error(`${file} differs from the code: run \`npm run docs\``)
  if (stale.length > 0) process.exitCode = 1
}

/** Nothing when there is no such file; a checkout may have other ends of lines. */
function stored(file: string): string | undefined {
  try {
    return readFileSync(resolve(folder, file), 'utf8').replaceAll('\r\n', '\n')
  } catch {
    return undefined
  }
}
