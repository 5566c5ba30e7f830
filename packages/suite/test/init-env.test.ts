import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runHere } from './support/in-process.ts'

test('init-env writes secrets for its owner alone, others each time, and never over what is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-env-'))
  const made = async (name: string) => {
    const file = join(folder, name)
    expect(await runHere(['init-env', file], { env: {} })).toMatchObject({ code: 0, err: '' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    return readFileSync(file, 'utf8')
  }
  const [one, two] = [await made('one'), await made('two')]
  for (const name of ['SECRETS_KEY', 'RABBITMQ_PASSWORD']) {
    const [first, second] = [one, two].map((text) => new RegExp(`^${name}=([\\w-]{43})$`, 'm').exec(text)?.[1])
    expect(first).toEqual(expect.any(String))
    expect(first).not.toBe(second)
  }
  const again = await runHere(['init-env', join(folder, 'one')], { env: {} })
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is there already') })
  expect(readFileSync(join(folder, 'one'), 'utf8')).toBe(one)
})

test('init-env --production writes all that compose.production.yml asks for, at the hosts of the domain, each secret another one', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'menshen-env-')), '.env')
  expect(await runHere(['init-env', '--production', 'example.com', file], { env: {} })).toMatchObject({ code: 0, err: '' })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
  const made = new Map(lines.map((line) => line.split(/=(.*)/, 2) as [string, string]))

  const compose = readFileSync('compose.production.yml', 'utf8')
  const asked = [...compose.matchAll(/\$\{(\w+)(?=[}:][^-])/g)].map(([, name = '']) => name)
  expect(asked.length).toBeGreaterThan(20)
  expect([...new Set(asked)].filter((name) => !made.has(name))).toEqual([])
  expect(made.get('ISSUER')).toBe('https://login.example.com')
  expect(made.get('OPEN_API_RESOURCE')).toBe('https://open-api.example.com')
  const secrets = [...made].filter(([name]) => /SECRET|PASSWORD|KEY/.test(name)).map(([, value]) => value)
  expect(secrets.every((secret) => secret.length >= 43)).toBe(true)
  expect(new Set(secrets).size).toBe(secrets.length)
})

test('the demo and the stack for people are projects of different names, whatever the folders are called', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-env-'))
  const projectOf = async (name: string, ...options: string[]) => {
    await runHere(['init-env', ...options, join(folder, name)], { env: {} })
    return /^COMPOSE_PROJECT_NAME=(.+)$/m.exec(readFileSync(join(folder, name), 'utf8'))?.[1]
  }
  expect(await projectOf('demo')).toBe('menshen-demo')
  expect(await projectOf('production', '--production', 'example.com')).toBe('menshen')
})

test.each(['https://example.com', 'localhost', 'Example.com', '-a.com', 'example.com\nA=b'])(
  'init-env --production refuses %j, which is no domain, and writes nothing',
  async (domain) => {
    const folder = mkdtempSync(join(tmpdir(), 'menshen-env-'))
    const ended = await runHere(['init-env', `--production=${domain}`, join(folder, '.env')], { env: {} })
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining('--production wants a domain such as example.com') })
    expect(readdirSync(folder)).toEqual([])
  },
)
