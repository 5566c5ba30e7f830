import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { loadAuthConfig } from '@menshen/auth/config'
import { startAuth } from '@menshen/auth/start'
import { systemClock } from '@menshen/shared/clock'
import { silentLog } from '@menshen/shared/log'
import { createPatientBus } from '@menshen/shared/testing/patient-bus'
import { runHere } from './support/in-process.ts'

const page = readFileSync('docs/operations.md', 'utf8')

/** A suite whose APIs are registered as the page says, in production. */
async function registered() {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-operations-'))
  const env = {
    NODE_ENV: 'production',
    ISSUER: 'https://login.example.com',
    SECRETS_KEY: 'the secrets key of the tests; 32 or more',
    DATABASE_URL: `sqlite:${folder}`,
  }
  const menshen = (words: string, input = '') => runHere(words.split(' '), { env, input })
  const [, document = ''] = /^```json\n([\s\S]*?)^```/m.exec(page) ?? []
  writeFileSync(join(folder, 'apis.json'), document)
  await menshen('migrate')
  expect(await menshen(`apply ${folder}/apis.json`)).toMatchObject({ code: 0 })
  const start = () => {
    const config = loadAuthConfig({ ...env, DATABASE_URL: `sqlite:${folder}/auth.db`, PORT: '0' })
    return startAuth(config, { log: silentLog, bus: createPatientBus(), clock: systemClock })
  }
  return { menshen, start }
}

test('what docs/operations.md says registers the APIs of the suite, each with a client that may ask what was revoked', async () => {
  const { menshen } = await registered()
  const commands = [...page.matchAll(/^npm run menshen -- (client create .+)$/gm)].map(([, command = '']) => command)
  expect(commands).toHaveLength(3)
  for (const command of commands) {
    const { code, out } = await menshen(`${command} --json`)
    expect([command, code, JSON.parse(out || '{}')]).toEqual([
      command,
      0,
      expect.objectContaining({ client_secret: expect.any(String) }),
    ])
  }
  expect((await menshen('doctor')).out).toContain('3, with redirect URIs and scopes that can work')
})

test('the commands against leaks and for rotating secrets do what docs/operations.md says, one after another', async () => {
  const { menshen, start } = await registered()
  const [, text = ''] = /^## Rotating every secret and key\n([\s\S]*?)^## Deleting/m.exec(page) ?? []
  const ours = /`((?:client|keys|registration-token|user) [a-z-]+(?: [^`]+)?)`/g
  const commands = [...text.matchAll(ours)].map(([, command = '']) => command)
  expect(commands.length).toBeGreaterThan(10)

  const auth = await start()
  const before = await kidsOf(auth.port)
  await menshen('client create user-api --grant client_credentials --auth client_secret_jwt')
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
