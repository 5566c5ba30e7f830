import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runHere } from './support/in-process.ts'

const page = readFileSync('docs/operations.md', 'utf8')

test('what docs/operations.md says registers the APIs of the suite, each with a client that may ask what was revoked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-operations-'))
  const env = {
    NODE_ENV: 'production',
    ISSUER: 'https://login.example.com',
    SECRETS_KEY: 'the secrets key of the tests; 32 or more',
    DATABASE_URL: `sqlite:${folder}`,
  }
  const menshen = (...args: string[]) => runHere(args, { env })
  const [, document = ''] = /^```json\n([\s\S]*?)^```/m.exec(page) ?? []
  writeFileSync(join(folder, 'apis.json'), document)
  await menshen('migrate')
  expect(await menshen('apply', join(folder, 'apis.json'))).toMatchObject({ code: 0 })

  const commands = [...page.matchAll(/^npm run menshen -- (client create .+)$/gm)].map(([, command = '']) => command)
  expect(commands).toHaveLength(3)
  for (const command of commands) {
    const { code, out } = await menshen(...command.split(' '), '--json')
    expect([command, code, JSON.parse(out || '{}')]).toEqual([
      command,
      0,
      expect.objectContaining({ client_secret: expect.any(String) }),
    ])
  }
  expect((await menshen('doctor')).out).toContain('3, with redirect URIs and scopes that can work')
})
