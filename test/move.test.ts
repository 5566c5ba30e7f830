import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { onMongo } from '@menshen/shared/testing/databases'
import { runHere } from '../packages/suite/test/support/in-process.ts'
import { startOnItsPorts } from './support/its-ports.ts'
import { signInEverywhere } from './support/signed-in.ts'
import { suiteSecretsKey } from './support/suite.ts'

const folder = () => `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-move-'))}`

onMongo('moving the suite by menshen copy', (freshUrl) => {
  test.each([
    ['SQLite to MongoDB', folder, freshUrl],
    ['MongoDB to SQLite', freshUrl, folder],
  ])(
    'from %s: who was signed in is, tokens and records from before are good, and people sign in',
    async (_, source, target) => {
      const [from, to] = [source(), target()]
      const start = await startOnItsPorts()
      const before = await start(from)
      const person = await signInEverywhere(before.addresses).finally(before.stop)

      const env = { DATABASE_URL: from, TARGET_DATABASE_URL: to, SECRETS_KEY: suiteSecretsKey }
      expect((await runHere(['copy'], { env })).code).toBe(0)

      const after = await start(to)
      await person.livesOn().finally(after.stop)
    },
    60_000,
  )
})
