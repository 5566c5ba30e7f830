import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { filesOf } from '../scripts/guards/copy.ts'
import { applied, parsePatch } from '../scripts/guards/patch.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const change = { file: 'x.ts', before: 'guard\n', after: '' }

test('every patch that takes a guard out fits the code as it is: npm run test:guards can apply it', () => {
  const faults = filesOf(root)
    .filter((file) => file.endsWith('.patch'))
    .flatMap((file) => {
      try {
        const patch = parsePatch(file, read(file))
        for (const change of patch.changes) applied(read(change.file), change)
        return []
      } catch (error) {
        return [`${file}: ${(error as Error).message}`]
      }
    })
  expect(faults).toEqual([])
})

test('a patch applies where its lines stand, once: else it is stale, or ambiguous', () => {
  expect(applied('a\nguard\nb\n', change)).toBe('a\nb\n')
  expect(applied('guard\nb\n', change)).toBe('b\n')
  expect(() => applied('a\nno guard\n', change)).toThrow('it is stale: x.ts has no such place')
  expect(() => applied('guard\nguard\n', change)).toThrow('it is ambiguous')
})

test('a patch names the tests that must fail, and lies beside them', () => {
  const text = 'red: a test\nred: another\n--- a/x.ts\n+++ b/x.ts\n@@ -1,2 +1,2 @@\n a\n-guard\n+none\n'
  expect(parsePatch('test/code.guard.patch', text)).toEqual({
    file: 'test/code.guard.patch',
    testFile: 'test/code.test.ts',
    titles: ['a test', 'another'],
    changes: [{ file: 'x.ts', before: 'a\nguard\n', after: 'a\nnone\n' }],
  })
  expect(() => parsePatch('x.patch', text.replaceAll('red: ', ''))).toThrow('it names no test')
  expect(() => parsePatch('x.patch', 'red: a test\n')).toThrow('it changes nothing')
})
