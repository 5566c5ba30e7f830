import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { applied, type Patch } from './patch.ts'

/** What jest says of one test. */
export interface Verdict {
  title: string
  status: 'passed' | 'failed' | 'pending'
  failureDetails: Array<{ matcherResult?: unknown }>
}

export interface Copy {
  /** Takes the guards of a patch out; what it returns puts them back. @throws when the patch is stale. */
  takeOut(patch: Patch): () => void
  /** Runs the tests of these titles. @throws when a file did not run at all. */
  run(files: readonly string[], titles: readonly string[]): Promise<Verdict[]>
  /** The titles of all tests of these files; none is run. */
  titles(files: readonly string[]): Promise<string[]>
}

/** Copies the working tree, also what is not committed, into a folder where it can be spoilt; packages are linked. */
export function copyTree(root: string, folder: string): Copy {
  for (const file of filesOf(root)) cpSync(join(root, file), join(folder, file))
  linkPackages(root, folder)
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
    run: (files, titles) => jest(folder, files, `(${titles.map(escaped).join('|')})$`),
    titles: async (files) => (await jest(folder, files, '^no such title$')).map(({ title }) => title),
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

async function jest(folder: string, files: readonly string[], wanted: string): Promise<Verdict[]> {
  const report = `${folder}.json`
  rmSync(report, { force: true })
  const flags = ['--env-file=node.env', '--experimental-vm-modules', '--disable-warning=ExperimentalWarning']
  const args = [
    ...flags,
    'node_modules/jest/bin/jest.js',
    '--testTimeout=30000', // on a busy machine a test must not be red for its slowness
    '--forceExit', // a test that fails half way may leave a server or a connection open
    '--json',
    '--outputFile',
    report,
    '--runTestsByPath',
    ...files,
    '-t',
    wanted,
  ]
  const env = { ...process.env, TEST_STORES: 'sqlite' } // whichever store it is, a missing guard is missed
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 })
  let told = ''
  child.stderr.on('data', (chunk) => {
    told += chunk
  })
  await once(child, 'close')
  if (!existsSync(report)) throw new Error(`jest told nothing:\n${told}`)
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
    testResults: Array<{ message: string; assertionResults: Verdict[] }>
  }
  for (const { message, assertionResults } of testResults) {
    if (assertionResults.length === 0) throw new Error(`the tests did not run:\n${message}`)
  }
  return testResults.flatMap(({ assertionResults }) => assertionResults)
}

const escaped = (title: string) => title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
