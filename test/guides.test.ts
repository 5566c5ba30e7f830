import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { applyDocument } from '@menshen/auth/admin/apply'
import { openAdmin } from '@menshen/auth/admin/open'
import { loadAuthConfig } from '@menshen/auth/config'
import { createBrowser } from '@menshen/shared/testing/browser'
import type { Suite } from '@menshen/suite/start-suite'
import * as openid from 'openid-client'
import { follow, stepsOf } from './support/exchanges.ts'
import { startTestSuite, suiteSecretsKey } from './support/suite.ts'

const folder = 'docs/guides'
const node = ['--conditions=menshen-source', '--import', 'tsx']

/** The blocks of a language on a page of the guides, also those within a list. */
async function blocks(page: string, language: string): Promise<string[]> {
  const text = await readFile(join(folder, page), 'utf8')
  return [...text.matchAll(new RegExp(`^ *\`\`\`${language}\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(([, code = '']) => code)
}

/** What a page has `menshen apply` read; what has a `$name` in it is an answer. */
const documents = async (page: string) => (await blocks(page, 'json')).filter((json) => !json.includes('"$'))

let suite: Suite
let data: string
let scripts: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'menshen-guides-'))
  await mkdir('node_modules/.cache', { recursive: true })
  scripts = await mkdtemp('node_modules/.cache/menshen-guides-') // where packages are found
  const admin = await openAdmin(loadAuthConfig({ DATABASE_URL: `sqlite:${data}/auth.db`, SECRETS_KEY: suiteSecretsKey }))
  for (const page of (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'conformance.md'))
    for (const document of await documents(page)) await applyDocument(JSON.parse(document), admin)
  await admin.close()
  suite = await startTestSuite(`sqlite:${data}`)
}, 60_000)
afterAll(async () => {
  await suite?.stop()
  for (const each of [data, scripts]) await rm(each, { recursive: true, force: true })
})

const here = (code: string, port = 9000) =>
  code
    .replaceAll('http://localhost:8060', suite.addresses.issuer)
    .replaceAll('http://localhost:8062', suite.addresses.projectApi)
    .replaceAll(/http:\/\/localhost:9000(?=\/greeting)/g, `http://localhost:${port}`)

/** Runs curl commands one after another, each with the tokens that came before it, and gives the answers. */
async function run(commands: readonly string[]): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = []
  let tokens: Record<string, unknown> = {}
  for (const command of commands) {
    const env = { ...process.env, ACCESS_TOKEN: `${tokens['access_token']}`, REFRESH_TOKEN: `${tokens['refresh_token']}` }
    const { stdout } = await promisify(execFile)('bash', ['-c', command.replace(/^curl/, 'curl --silent --max-time 10')], { env })
    const answer = JSON.parse(stdout) as Record<string, unknown>
    answers.push(answer)
    tokens = { ...tokens, ...answer }
  }
  return answers
}

const commandsOf = (block: string) =>
  block
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')

const hasCurl = spawnSync('curl', ['--version']).status === 0
if (!hasCurl && process.env['CI'] === 'true') throw new Error('curl is missing: in CI the commands of the guides are not skipped')
const withCurl = hasCurl ? test : test.skip

withCurl('the commands of the guide to mobile apps work one after another (skipped without curl)', async () => {
  const [block = ''] = await blocks('connect-a-mobile-app.md', 'sh')
  const answers = await run(commandsOf(here(block)))
  expect(answers).toMatchObject([
    { access_token: expect.any(String), scope: 'user:read user:write project:read project:write' },
    { items: expect.any(Array) },
    { refresh_token: expect.any(String) },
  ])
})

withCurl(
  'the API of the guide answers who shows its token, as it stands there (skipped without curl)',
  async () => {
    const [code = ''] = await blocks('protect-your-api.md', 'ts')
    const [commands = ''] = await blocks('protect-your-api.md', 'sh')
    const file = join(scripts, 'api.mts')
    const telling = `app.listen(0, '127.0.0.1', function () { console.log(JSON.stringify({ port: this.address().port })) })`
    await writeFile(file, here(code).replace("app.listen(9000, '127.0.0.1')", telling))
    const api = spawn(process.execPath, [...node, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const port = await portOf(api)
      expect(await run(commandsOf(here(commands, port)))).toMatchObject([
        { scope: 'greeting:read' },
        { greeting: 'Hello, greeter' },
      ])
      const refused = await fetch(`http://localhost:${port}/greeting`)
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    } finally {
      api.kill()
    }
  },
  30_000,
)

describe('the app of the guide to native apps, as it is registered there', () => {
  /** From the address that AppAuth would open to the tokens; the decisions that the person was asked for on the way. */
  async function signIn(redirect_uri: string, person = 'alice', browser = createBrowser(), more: Record<string, string> = {}) {
    const login = await openid.discovery(new URL(suite.addresses.issuer), 'example-app', {}, openid.None(), {
      execute: [openid.allowInsecureRequests],
    })
    const checks = { pkceCodeVerifier: openid.randomPKCECodeVerifier(), expectedState: openid.randomState() }
    const address = openid.buildAuthorizationUrl(login, {
      redirect_uri,
      scope: 'openid profile offline_access user:read project:read',
      state: checks.expectedState,
      code_challenge: await openid.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...more,
    })
    const asked: string[] = []
    await browser.get(address.href)
    for (let page = await browser.follow(redirect_uri); page.location === undefined; page = await browser.follow(redirect_uri)) {
      const name = page.url.split('/').at(-1) ?? ''
      if (asked.includes(name)) throw new Error(`${name} again: ${page.body}`)
      asked.push(name)
      if (name === 'sign-in') await browser.submit({ username: person, password: `${person}-demo-password-8060` }, 'password')
      else await browser.submit({ decision: 'allow' }, 'decision')
    }
    const answer = new URL(browser.page.location ?? '')
    return { asked, browser, answer, tokens: () => openid.authorizationCodeGrant(login, answer, checks) }
  }

  test.each([
    ['https://app.example.com/oauth/callback', [], 'alice'],
    ['com.example.app:/callback', ['continue-as'], 'bob'],
  ])(
    'signs in by %s, and again with only %j asked (RFC 8252 sections 7.1, 7.2 and 8.6)',
    async (redirect_uri, askedAgain, person) => {
      const first = await signIn(redirect_uri, person)
      expect(first.asked).toEqual(['sign-in', 'consent'])
      expect(first.answer.href.startsWith(`${redirect_uri}?`)).toBe(true)
      const tokens = await first.tokens()
      const projects = await fetch(`${suite.addresses.projectApi}/projects`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      })
      expect([projects.status, tokens.refresh_token]).toEqual([200, expect.any(String)])

      const again = await signIn(redirect_uri, person, first.browser)
      expect(again.asked).toEqual(askedAgain)
      expect((await again.tokens()).access_token).toEqual(expect.any(String))
    },
  )

  test('is not let in unseen by its own scheme: prompt=none gives interaction_required', async () => {
    const { browser } = await signIn('com.example.app:/callback')
    const { answer } = await signIn('com.example.app:/callback', 'alice', browser, { prompt: 'none' })
    expect(answer.searchParams.get('error')).toBe('interaction_required')
  })
})

test('the requests of the guide to moving are answered as they stand, in the dialect and after it; the Chinese one has the same', async () => {
  const page = await readFile(join(folder, 'move-from-another-server.md'), 'utf8')
  const code_verifier = openid.randomPKCECodeVerifier()
  const known = new Map([
    ['state', openid.randomState()],
    ['nonce', openid.randomNonce()],
    ['code_verifier', code_verifier],
    ['code_challenge', await openid.calculatePKCECodeChallenge(code_verifier)],
  ])
  expect(await follow(page, { addresses: suite.addresses, browser: createBrowser(), known })).toBeGreaterThan(8)
  expect(stepsOf(await readFile('docs/zh-CN/move-from-another-server.md', 'utf8'))).toEqual(stepsOf(page))
})

async function portOf(api: ChildProcess): Promise<number> {
  for await (const chunk of api.stdout ?? []) return JSON.parse(String(chunk).split('\n')[0] ?? '').port
  throw new Error('the API ended')
}
