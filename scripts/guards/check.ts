/** `npm run guards:check`, in a second: each patch still finds its place in the code. That its tests turn red only `npm run test:guards` knows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesOf } from './copy.ts'
import { applied, parsePatch } from './patch.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')

for (const file of filesOf(root).filter((name) => name.endsWith('.patch'))) {
  try {
    for (const change of parsePatch(file, read(file)).changes) applied(read(change.file), change)
  } catch (error) {
    console.error(`${file}: ${(error as Error).message}`)
    process.exitCode = 1
  }
}
