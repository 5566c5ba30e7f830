import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { onMongo } from '@menshen/shared/testing/databases'
import { holdFolder } from '../src/hold-folder.ts'
import { runHere } from './support/in-process.ts'

const folder = () => `sqlite:${mkdtempSync(join(tmpdir(), 'menshen-migrate-'))}`
const production = {
  NODE_ENV: 'production',
  ISSUER: 'https://login.example',
  SECRETS_KEY: 'the secrets key of the tests; 32 or more',
}
const services = ['auth', 'user-api', 'project-api', 'open-api']

function suite(freshUrl: () => string): void {
  test('menshen migrate makes the databases of all services, and the second time has nothing to do', async () => {
    const env = { ...production, DATABASE_URL: freshUrl() }
    const first = JSON.parse((await runHere(['migrate', '--json'], { env })).out)
    const told = first.migrated as { service: string; from: number | null; steps: string[] }[]
    expect(told.map(({ service }) => service)).toEqual(services)
    for (const { from, steps } of told) {
      expect(from).toBeNull()
      expect(steps.length).toBeGreaterThan(4)
    }
    const { code, out } = await runHere(['migrate'], { env })
    expect([code, out.trim().split('\n')]).toEqual([
      0,
      services.map((name) => expect.stringMatching(`^${name}: version \\d+, nothing to do$`)),
    ])
  })

  test('in production a command refuses a database that was not migrated, and names the command that does it', async () => {
    const env = { ...production, DATABASE_URL: freshUrl() }
    const { code, err } = await runHere(['client', 'list'], { env })
    expect([code, err]).toEqual([1, expect.stringContaining('run `npm run menshen -- migrate`')])
    await runHere(['migrate'], { env })
    expect((await runHere(['client', 'list'], { env })).code).toBe(0)
  })
}

suite(folder)
onMongo('menshen migrate', suite)

test('a folder that a suite is at work in is not migrated under it', async () => {
  const DATABASE_URL = folder()
  const letGo = await holdFolder(DATABASE_URL)
  const { code, err } = await runHere(['migrate'], { env: { ...production, DATABASE_URL } })
  expect([code, err]).toEqual([1, expect.stringContaining('suite')])
  letGo()
})
