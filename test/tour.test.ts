import { dirname } from 'node:path'
import { expect, test } from '@jest/globals'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { demoDocument } from '@menshen/suite/demo-clients'
import { runTour } from '@menshen/suite/tour/run-tour'
import { startTestSuite } from './support/suite.ts'

function tourOn(driver: string, url: string): void {
  test(`the tour goes through the whole suite on ${driver}, and shows no secret`, async () => {
    const suite = await startTestSuite(url)
    const lines: string[] = []
    const demo = demoDocument(suite.addresses)
    try {
      const { steps } = await runTour({
        addresses: suite.addresses,
        demo,
        print: (line: string) => lines.push(line),
        colour: false,
      })
      expect(steps).toBeGreaterThan(10)
    } finally {
      await suite.stop()
    }
    const printed = lines.join('\n')
    for (const secret of [
      ...demo.users.map(({ password }) => password),
      ...demo.clients.map(({ client_secret }) => client_secret),
    ]) {
      if (secret) expect(printed).not.toContain(secret)
    }
    expect(printed).not.toMatch(/eyJ[\w-]{20,}/)
  }, 180_000)
}

tourOn('SQLite', `sqlite:${dirname(testSqliteUrl().slice('sqlite:'.length))}`)
onMongo('the tour', (freshUrl) => tourOn('MongoDB', freshUrl()))
