import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import { converse } from '@menshen/shared/testing/converse'
import { freePort } from '@menshen/suite/addresses'
import type { Suite } from '@menshen/suite/start-suite'
import { startTestSuite, suiteSecretsKey } from './support/suite.ts'

const readme = await readFile('README.md', 'utf8')
const node = ['--conditions=menshen-source', '--import', 'tsx']

/** The blocks of a language in a section. */
function blocks(heading: string, language: string): string[] {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code)
}

/** The port of README's module is a free one here. */
const modulePort = await freePort()
const atModulePort = (code: string) => code.replaceAll('9002', String(modulePort))
const document = JSON.parse(atModulePort(blocks('Register your own', 'json')[0] ?? ''))
const [client] = document.clients
const [person] = document.users

let suite: Suite
let data: string
let scripts: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'menshen-readme-'))
  await mkdir('node_modules/.cache', { recursive: true })
  scripts = await mkdtemp('node_modules/.cache/menshen-readme-') // where packages are found
  await writeFile(join(data, 'document.json'), JSON.stringify(document))
  const env = { ...process.env, DATABASE_URL: `sqlite:${data}`, SECRETS_KEY: suiteSecretsKey }
  execFileSync(process.execPath, [...node, 'packages/suite/src/cli.ts', 'apply', join(data, 'document.json')], { env })
  suite = await startTestSuite(`sqlite:${data}`)
}, 60_000)
afterAll(async () => {
  await suite?.stop()
  for (const folder of [data, scripts]) await rm(folder, { recursive: true, force: true })
})

/** What stands in README, at the addresses of this run. */
function here(code: string): string {
  const { issuer, userApi } = suite.addresses
  return code.replaceAll('http://localhost:8060', issuer).replaceAll('http://localhost:8061', userApi)
}

/** Runs TypeScript; `callbackUrl` is where the browser comes back to after `address`. */
async function runScript(name: string, code: string, ending: string) {
  const asking = `import { createInterface } from 'node:readline'
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const ask = async (what: object) => {
  console.log(JSON.stringify({ ask: true, ...what }))
  return (await lines.next()).value ?? ''
}
`
  const file = join(scripts, name)
  const whole = here(code).replace(/^\/\/ and when the browser.*$/m, 'const callbackUrl = new URL(await ask({ address }))')
  await writeFile(file, `${asking}${whole}\nconsole.log(JSON.stringify(${ending}))\nprocess.exit()\n`)
  return converse(process.execPath, [...node, file], {
    env: { CLIENT_SECRET: client.client_secret },
    answer: ({ address }) => signIn(String(address)),
  })
}

async function signIn(address: string): Promise<string> {
  const browser = createBrowser()
  const callback: string = client.redirect_uris[0]
  await browser.get(address)
  await browser.follow(callback)
  await browser.submit({ username: person.username, password: person.password }, 'password')
  await browser.follow(callback)
  await browser.submit({ decision: 'allow' }, 'decision')
  return (await browser.follow(callback)).location ?? ''
}

test("README's partner site signs a person in, and README's API takes the token, as they stand there", async () => {
  const [site = '', , api = ''] = blocks('Connect', 'ts')
  const tokens = await runScript('site.mts', site, 'tokens')
  expect(tokens).toMatchObject({ scope: 'openid greeting:read', id_token: expect.any(String) })

  const verify = `(await verify('${tokens['access_token']}')).payload`
  expect(await runScript('api.mts', api, verify)).toMatchObject({ client_id: 'my-site', scope: 'openid greeting:read' })
}, 60_000)

test("README's web module lets in who is signed in elsewhere, and calls an API for them", async () => {
  const file = join(scripts, 'module.mts')
  const module =
    blocks('Connect', 'ts')[1]?.replace('app.listen(9002)', "app.listen(9002, () => console.log('it listens'))") ?? ''
  await writeFile(file, atModulePort(here(module)))
  const { client_secret: CLIENT_SECRET } = document.clients[1]
  const running = spawn(process.execPath, [...node, file], { env: { ...process.env, CLIENT_SECRET } })
  try {
    const browser = createBrowser()
    await once(running.stdout, 'data')
    await browser.get(`${suite.addresses.issuer}/sign-in`)
    await browser.submit({ username: person.username, password: person.password }, 'password')
    await browser.get(`http://localhost:${modulePort}/`)
    await browser.follow()
    expect(JSON.parse(browser.page.body)).toMatchObject({ sub: expect.any(String), visibility: 'private' }) // of a new profile
  } finally {
    running.kill()
  }
}, 60_000)

const hasCurl = spawnSync('curl', ['--version']).status === 0
if (!hasCurl && process.env['CI'] === 'true') throw new Error("curl is missing: in CI README's commands are not skipped")

;(hasCurl ? test : test.skip)("README's curl commands work one after another (skipped without curl)", async () => {
  const commands = blocks('Connect', 'sh').flatMap((block) => block.replaceAll('\\\n', ' ').split('\n').filter(isCommand))
  expect(commands.length).toBeGreaterThanOrEqual(5)
  let tokens: Record<string, string> = {}
  for (const command of commands) {
    const env = { ...process.env, ACCESS_TOKEN: tokens['access_token'], REFRESH_TOKEN: tokens['refresh_token'] }
    const quietly = here(command).replace(/^curl/, 'curl --silent --max-time 10')
    const answer = JSON.parse((await promisify(execFile)('bash', ['-c', quietly], { env })).stdout)
    expect({ command, answer }).toEqual({ command, answer: expect.not.objectContaining({ error: expect.anything() }) })
    expect({ command, status: answer.status ?? 200 }).toEqual({ command, status: 200 }) // that of a problem document
    tokens = { ...tokens, ...answer }
  }
})

const isCommand = (line: string) => line.trim() !== '' && !line.startsWith('#')

test('README.zh-CN.md has the same commands, snippets, addresses and demo people as README.md', async () => {
  const codeOf = (markdown: string) => [...markdown.matchAll(/^```[\s\S]*?^```|^ {4}\S.*$/gm)].map(([code]) => code)
  const namesOf = (markdown: string) =>
    [...new Set(markdown.match(/http:\/\/localhost:\d+|[\w-]+-not-for-production|\w+-demo-password-\d+/g))].sort()
  const chinese = await readFile('README.zh-CN.md', 'utf8')
  expect(codeOf(chinese)).toEqual(codeOf(readme))
  expect(namesOf(chinese)).toEqual(namesOf(readme))
})
