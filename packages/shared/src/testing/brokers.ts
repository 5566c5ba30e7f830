import { randomBytes } from 'node:crypto'
import { describe, test } from '@jest/globals'

/** The RabbitMQ that tests may use (`TEST_EVENTS_URL`), each with an exchange and queues of its own; without one they are skipped, in CI they fail. */
export function testRabbitUrl(): string | undefined {
  const broker = process.env['TEST_EVENTS_URL']
  if (!broker && process.env['CI'] === 'true')
    throw new Error('TEST_EVENTS_URL is not set: in CI the RabbitMQ tests are not skipped')
  if (!broker) return undefined
  const url = new URL(broker)
  url.searchParams.set('prefix', `test_${randomBytes(6).toString('hex')}`)
  return url.href
}

/** Declares tests that need a RabbitMQ, each call of `freshUrl` names queues that nobody used; without one a skipped test of this name tells so. */
export function onRabbit(name: string, declare: (freshUrl: () => string) => void): void {
  if (testRabbitUrl()) declare(() => testRabbitUrl() ?? '')
  else describe(`${name} on RabbitMQ`, () => test.skip('skipped: set TEST_EVENTS_URL to a RabbitMQ', () => {}))
}
