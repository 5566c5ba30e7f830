import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../src', import.meta.url))
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n') }))

/** The lines that compare, by file. */
const linesLike = (pattern: RegExp): Record<string, string[]> =>
  Object.fromEntries(
    sources
      .map(({ file, lines }) => [file, lines.filter((line) => pattern.test(line))] as const)
      .filter(([, found]) => found.length > 0),
  )

// Nanoseconds can't be measured in a test that must never fail by chance, so the sources are read.
test('somebody measures how far a secret was right: what a request brings is compared in constant time (RFC 6819 section 5.1.4.1.3)', () => {
  expect(linesLike(/(timingSafeEqual|equalSecrets)\((?!a:)/)).toEqual({
    'core/client-authentication/secret.ts': [expect.stringContaining('timingSafeEqual(Buffer.from(hash), presented)')],
    'core/secrets.ts': [expect.stringContaining('timingSafeEqual(left, right)')],
    'http/mac.ts': [expect.stringContaining('timingSafeEqual(given, right)')],
    'pages/interaction.ts': [expect.stringContaining('equalSecrets(owner')],
  })
})

test('a secret is compared as any other text: nowhere but where both are our own settings', () => {
  const secretWords =
    /\b\w*(secret|token|csrf|mac|proof|hash|cookie|verifier|signature|password)(\(.*\))? [!=]== (?!undefined|null|'')/i
  expect(linesLike(secretWords)).toEqual({ 'core/vault.ts': [expect.stringContaining('secret !== first')] })
})
