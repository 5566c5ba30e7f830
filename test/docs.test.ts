import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, cp, mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'

/** Where people read: the pages beside README, and all of docs/. */
async function pages(): Promise<string[]> {
  const names = [...(await readdir('.')), ...(await readdir('docs', { recursive: true })).map((name) => join('docs', name))]
  return names.filter((name) => name.endsWith('.md')).sort()
}

const withoutCode = (markdown: string) => markdown.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '')

/** The targets of a page's links that stay in the repository. */
const linksOf = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))

/** The anchors that GitHub gives the headings of a page. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

async function resolves(from: string, target: string): Promise<boolean> {
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? from : join(dirname(from), path)
  if (!existsSync(file)) return false
  return anchor === undefined || anchorsOf(await readFile(file, 'utf8')).includes(anchor)
}

test('every link of README and docs leads somewhere, its anchor too', async () => {
  const broken: string[] = []
  for (const page of await pages()) {
    for (const target of linksOf(await readFile(page, 'utf8'))) {
      if (!(await resolves(page, target))) broken.push(`${page}: ${target}`)
    }
  }
  expect(broken).toEqual([])
})

test('README links to every page of docs, decisions apart, and architecture to every decision', async () => {
  const linked = async (page: string) =>
    linksOf(await readFile(page, 'utf8')).map((target) => join(dirname(page), target.replace(/#.*/, '')))
  const all = await pages()
  const isDecision = (page: string) => page.startsWith(join('docs', 'adr'))
  expect(await linked('README.md')).toEqual(
    expect.arrayContaining(all.filter((page) => !isDecision(page) && page !== 'README.md')),
  )
  expect(await linked('docs/architecture.md')).toEqual(expect.arrayContaining(all.filter(isDecision)))
})

/** All files that somebody wrote, from the root. */
async function writtenFiles(): Promise<string[]> {
  const folders = ['deploy', 'docs', 'examples', 'packages', 'scripts', 'services', 'test']
  const within = async (folder: string) => (await readdir(folder, { recursive: true })).map((name) => join(folder, name))
  const names = [...(await readdir('.')), ...(await Promise.all(folders.map(within))).flat()]
  return names.filter((name) => !/(^|\/)(node_modules|dist)\//.test(name))
}

/** Files that a page tells its reader to make. */
const readersOwn = ['services/auth/src/core/grants/my-grant.ts', 'code.single-use.patch', 'api.json']

test('every file that a page names in backticks is there, under that path or the end of one', async () => {
  const files = (await writtenFiles()).map((name) => `/${name}`)
  const missing: string[] = []
  for (const page of await pages()) {
    const prose = (await readFile(page, 'utf8')).replace(/```[\s\S]*?```/g, '')
    for (const [, name = ''] of prose.matchAll(/`(\w[\w./-]*\.(?:ts|md|json|patch|njk))`/g)) {
      const isThere = readersOwn.includes(name) || files.some((file) => file.endsWith(`/${name}`))
      if (!isThere) missing.push(`${page}: ${name}`)
    }
  }
  expect(missing).toEqual([])
})

test('every npm script that a page names is there', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8'))
  const texts = await Promise.all((await pages()).map((page) => readFile(page, 'utf8')))
  const named = texts.flatMap((text) => [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name))
  expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([])
})

test('a decision is told in 40 lines at most', async () => {
  for (const name of await readdir('docs/adr')) {
    const lines = (await readFile(join('docs/adr', name), 'utf8')).trimEnd().split('\n').length
    expect({ name, lines: lines <= 40 || lines }).toEqual({ name, lines: true })
  }
})

/** `npm run docs:check`, on this repository or on a folder. */
function check(...folder: string[]): Promise<{ code: number; said: string }> {
  const args = ['--conditions=menshen-source', '--import', 'tsx', 'scripts/docs.ts', '--check', ...folder]
  return new Promise((done) => {
    const child = execFile(process.execPath, args, (_, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, said: stdout + stderr }),
    )
  })
}

const generated = [
  '.env.example',
  'docs/cli.md',
  'docs/configuration.md',
  'docs/dialects.md',
  'docs/errors.md',
  'docs/events.md',
  'docs/licences.md',
  'docs/specifications.md',
]

test('the generated pages are those of the code', async () => {
  expect(await check()).toEqual({ code: 0, said: '' })
  for (const file of generated) {
    const [first] = (await readFile(file, 'utf8')).split('\n')
    expect({ file, first }).toEqual({ file, first: expect.stringContaining('by `npm run docs`') })
  }
}, 30_000)

test('a page that differs or is missing is named, with exit code 1', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'menshen-docs-'))
  for (const file of generated.filter((name) => name !== 'docs/errors.md')) await cp(file, join(folder, file))
  await appendFile(join(folder, '.env.example'), '#MINE=\n')
  const { code, said } = await check(folder)
  expect(code).toBe(1)
  expect(said.trim().split('\n')).toEqual([
    expect.stringMatching(/^\.env\.example differs .*npm run docs/),
    expect.stringMatching(/^docs\/errors\.md differs /),
  ])
}, 30_000)
