import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { loadAuthConfig } from '@menshen/auth/config'
import { startAuth } from '@menshen/auth/start'
import { systemClock } from '@menshen/shared/clock'
import { createPatientBus } from '@menshen/shared/testing/patient-bus'
import { testLog } from '@menshen/shared/testing/test-log'
import { runHere } from './support/in-process.ts'

const page = readFileSync('docs/operations.md', 'utf8')
const secretOf = (api: string) => `the secret of ${api}, of 32 characters or more`

/** A database of production, migrated, and the commands on it. */
async function production() {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-operations-'))
  const env: Record<string, string> = {
    NODE_ENV: 'production',
    ISSUER: 'https://login.example.com',
    SECRETS_KEY: 'the secrets key of the tests; 32 or more',
    DATABASE_URL: `sqlite:${folder}`,
  }
  for (const api of ['USER_API', 'PROJECT_API', 'OPEN_API']) {
    env[`${api}_RESOURCE`] = `https://${api.toLowerCase().replace('_', '-')}.example.com`
    env[`${api}_CLIENT_SECRET`] = secretOf(api)
  }
  const menshen = (args: string[], given = env) => runHere(args, { env: given })
  await menshen(['migrate'])
  return { folder, env, menshen }
}

/** The same with the APIs of the suite, by commands as they are typed, and auth on it. */
async function registered() {
  const { folder, env } = await production()
  const menshen = (words: string, input = '') => runHere(words.split(' '), { env, input })
  expect(await menshen('apply deploy/apis.json --env')).toMatchObject({ code: 0 })
  const start = () => {
    const config = loadAuthConfig({ ...env, DATABASE_URL: `sqlite:${folder}/auth.db`, PORT: '0' })
    return startAuth(config, { log: testLog, bus: createPatientBus(), clock: systemClock })
  }
  return { menshen, start }
}

test('deploy/apis.json registers the APIs of the suite, each with a client that may ask what was revoked; again it changes nothing', async () => {
  const { menshen } = await production()
  const [, command = ''] = /npm run menshen -- (apply deploy.+)$/m.exec(page) ?? []
  expect(await menshen(command.split(' '))).toMatchObject({ code: 0, out: expect.stringContaining('6 created') })
  expect(await menshen(command.split(' '))).toMatchObject({ code: 0, out: expect.stringContaining('6 unchanged') })
  const { out } = await menshen(['client', 'show', 'project-api', '--json'])
  expect(JSON.parse(out)).toMatchObject({ scope: 'revocation:read user:list', secrets: 1 })
  expect((await menshen(['doctor'])).out).toContain('3, with redirect URIs and scopes that can work')
})

test('apply --env names each variable that is not set, and writes nothing', async () => {
  const { env, menshen } = await production()
  const { OPEN_API_RESOURCE, USER_API_CLIENT_SECRET, ...less } = env
  expect(await menshen(['apply', 'deploy/apis.json', '--env'], { ...less, USER_API_CLIENT_SECRET: '' })).toEqual({
    code: 1,
    out: '',
    err: 'these variables stand in the file and are not set: OPEN_API_RESOURCE, USER_API_CLIENT_SECRET\n',
  })
  expect(JSON.parse((await menshen(['client', 'list', '--json'])).out).items).toEqual([])
})

test('without --env a file of somebody else reads no variable', async () => {
  const { folder, menshen } = await production()
  const file = join(folder, 'theirs.json')
  const theirs = {
    client_id: 'theirs',
    client_name: '$'.concat('{SECRETS_KEY}'),
    client_secret: secretOf('theirs'),
    grant_types: ['client_credentials'],
  }
  writeFileSync(file, JSON.stringify({ clients: [theirs] }))
  await menshen(['apply', file])
  expect(JSON.parse((await menshen(['client', 'show', 'theirs', '--json'])).out)).toMatchObject({
    client_name: '$'.concat('{SECRETS_KEY}'),
  })
})

test('the commands against leaks and for rotating secrets do what docs/operations.md says, one after another', async () => {
  const { menshen, start } = await registered()
  const [, text = ''] = /^## Rotating every secret and key\n([\s\S]*?)^## Deleting/m.exec(page) ?? []
  const ours = /`((?:client|keys|registration-token|user) [a-z-]+(?: [^`]+)?)`/g
  const commands = [...text.matchAll(ours)].map(([, command = '']) => command)
  expect(commands.length).toBeGreaterThan(10)

  const auth = await start()
  const before = await kidsOf(auth.port)
  await menshen('user create alice --stdin', 'the first password of alice')
  let id = ''
  for (const command of commands) {
    const named = command.replace('NAME', 'alice').replace(/\bID\b/, command.startsWith('registration-token') ? id : 'user-api')
    const typed = named.replace('set-password', 'set-password --stdin')
    const { code, out, err } = await menshen(`${typed} --json`, 'another password of alice')
    expect([typed, code, err]).toEqual([typed, 0, ''])
    id = JSON.parse(out).registration_token?.id ?? id
  }
  const after = JSON.parse((await menshen('keys list --json')).out).keys.map(({ kid }: { kid: string }) => kid)
  await auth.stop()
  expect([before.length, after.length]).toEqual([2, 2])
  expect(before.filter((kid) => after.includes(kid))).toEqual([])
})

/** The signing keys that auth publishes. */
async function kidsOf(port: number): Promise<string[]> {
  const { keys } = (await (await fetch(`http://127.0.0.1:${port}/oauth2/jwks`)).json()) as { keys: { kid: string }[] }
  return keys.map(({ kid }) => kid)
}
