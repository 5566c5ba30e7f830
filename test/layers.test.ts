import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'

const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')

/** What the linter says of files that stand in a copy of our tree, under our rules. */
async function lint(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'menshen-layers-'))
  const rules = JSON.parse(await readFile('biome.json', 'utf8'))
  await writeFile(join(root, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [biome, 'lint', '--colors=off', '--max-diagnostics=100', '.'],
      { cwd: root },
      (_, stdout, stderr) => resolve(stdout + stderr),
    ),
  )
}

const core = 'services/auth/src/core'

test.each([
  ['the core knows no Koa', { [`${core}/x.ts`]: "import Koa from 'koa'\nexport const x = Koa\n" }, 'noRestrictedImports'],
  ['the core knows no driver', { [`${core}/x.ts`]: "export const x = await import('mongoose')\n" }, 'noRestrictedImports'],
  [
    'the core knows no shared package',
    { [`${core}/x.ts`]: "import { newId } from '@menshen/shared/ids'\nexport const x = newId\n" },
    'noRestrictedImports',
  ],
  [
    'the core knows nothing outside itself',
    { [`${core}/x.ts`]: "import { y } from '../config.ts'\nexport const x = y\n" },
    'noRestrictedImports',
  ],
  [
    'a folder of the core knows nothing outside the core',
    { [`${core}/grants/x.ts`]: "import { y } from '../../pages/y.ts'\nexport const x = y\n" },
    'noRestrictedImports',
  ],
  ['the core knows no process', { [`${core}/x.ts`]: 'export const x = process.pid\n' }, 'noRestrictedGlobals'],
  [
    'an endpoint knows no store',
    { 'services/auth/src/endpoints/x.ts': "import { y } from '../stores/y.ts'\nexport const x = y\n" },
    'noRestrictedImports',
  ],
  [
    'a store knows no Koa',
    { 'services/auth/src/stores/x.ts': "import Koa from 'koa'\nexport const x = Koa\n" },
    'noRestrictedImports',
  ],
  ['only main.ts reads the environment', { 'services/auth/src/x.ts': "export const x = process.env['X']\n" }, 'noProcessEnv'],
  [
    'imports name the file',
    {
      'services/auth/src/x.ts': "import { y } from './y'\nexport const x = y\n",
      'services/auth/src/y.ts': 'export const y = 1\n',
    },
    'useImportExtensions',
  ],
  [
    'there are no import cycles',
    {
      'services/auth/src/x.ts': "import { y } from './y.ts'\nexport const x = () => y\n",
      'services/auth/src/y.ts': "import { x } from './x.ts'\nexport const y = () => x\n",
    },
    'noImportCycles',
  ],
])('%s', async (_, files, rule) => {
  expect(await lint(files)).toContain(rule)
})

test('what is allowed passes', async () => {
  const files = {
    [`${core}/x.ts`]:
      "import { createHash } from 'node:crypto'\nimport { SignJWT } from 'jose'\nimport { y } from './grants/y.ts'\nexport const x = [createHash, SignJWT, y]\n",
    [`${core}/grants/y.ts`]: "import { z } from '../z.ts'\nexport const y = z\n",
    [`${core}/z.ts`]: 'export const z = 1\n',
  }
  const said = await lint(files)
  expect(said).not.toContain('noRestricted')
  expect(said).toContain('Checked 4 files') // with biome.json
})
