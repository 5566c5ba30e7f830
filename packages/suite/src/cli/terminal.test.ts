import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import { createTerminal } from './terminal.ts'

function written(isTTY: boolean): string {
  const output = Object.assign(new PassThrough(), { isTTY })
  const terminal = createTerminal(new PassThrough() as unknown as NodeJS.ReadStream, output as unknown as NodeJS.WriteStream)
  for (const line of ['1 of 2', '2 of 2', '']) terminal.progress(line)
  return String(output.read() ?? '')
}

test('progress is one line that the next takes the place of, and is gone at the end; where nobody watches it is not told', () => {
  expect(written(true)).toBe('\r\u001b[K1 of 2\r\u001b[K2 of 2\r\u001b[K')
  expect(written(false)).toBe('')
})
