import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createJestRunner, type Verdict } from './jest-runner.ts'
import { applied, type Patch } from './patch.ts'

export interface Copy {
  /** Takes the guards of a patch out; what it returns puts them back. @throws when the patch is stale. */
  takeOut(patch: Patch): () => void
  /** Runs the tests of these titles. @throws when a file did not run at all. */
  run(files: readonly string[], titles: readonly string[]): Promise<Verdict[]>
  /** The titles of all tests of these files; none is run. */
  titles(files: readonly string[]): Promise<string[]>
  /** Ends its jest; the next run starts another. */
  rest(): void
}

/** Copies the working tree, also what is not committed, into a folder where it can be spoilt; packages are linked. */
export function copyTree(root: string, folder: string): Copy {
  for (const file of filesOf(root)) cpSync(join(root, file), join(folder, file))
  linkPackages(root, folder)
  const jest = createJestRunner(folder)
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')

  return {
    takeOut({ changes }) {
      const before = new Map(changes.map(({ file }) => [file, read(file)]))
      const after = new Map(before)
      for (const change of changes) after.set(change.file, applied(after.get(change.file) ?? '', change))
      for (const [file, text] of after) writeFileSync(join(folder, file), text)
      return () => {
        for (const [file, text] of before) writeFileSync(join(folder, file), text)
      }
    },
    run: (files, titles) => jest.run(files, `(${titles.map(escaped).join('|')})$`),
    titles: async (files) => (await jest.run(files, '^no such title$')).map(({ title }) => title),
    rest: jest.stop,
  }
}

/** All files of a working tree that git has or would take. */
export function filesOf(root: string): string[] {
  const names = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return names.split('\0').filter((file) => file !== '' && existsSync(join(root, file)))
}

/** Links every package of the checkout but our own, whose links are relative: in the copy they lead to the copy. */
function linkPackages(root: string, folder: string): void {
  const workspaces = ['packages', 'services', 'examples'].flatMap((kind) =>
    readdirSync(join(root, kind)).map((name) => join(kind, name, 'node_modules')),
  )
  for (const place of workspaces.filter((place) => existsSync(join(root, place))))
    symlinkSync(join(root, place), join(folder, place))

  const ours = join('node_modules', '@menshen')
  mkdirSync(join(folder, ours), { recursive: true })
  for (const name of readdirSync(join(root, ours))) symlinkSync(readlinkSync(join(root, ours, name)), join(folder, ours, name))
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@menshen') symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
}

const escaped = (title: string) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
