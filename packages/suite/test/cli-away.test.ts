import { expect, test } from '@jest/globals'
import { DatabaseUnavailable } from '@menshen/shared/storage/unavailable'
import type { Command } from '../src/cli/command.ts'
import { runCommand } from '../src/cli/run.ts'

test('a database that goes away under a command is one line, without what was to be written', async () => {
  const command: Command = {
    name: 'session end',
    about: '',
    help: '',
    examples: [],
    json: '',
    run: () => Promise.reject(new DatabaseUnavailable(new Error('insert of { hash: "hunter2" } failed'))),
  }
  const lines: string[] = []
  const say = (text: string) => void lines.push(text)
  const terminal = { isInteractive: false, confirm: async () => false, secret: async () => '', progress: () => {} }
  const code = await runCommand(['session', 'end'], { commands: [command], env: {}, terminal, print: say, printError: say })
  expect([code, lines]).toEqual([1, [expect.stringMatching(/^the database went away[^\n]+$/)]])
  expect(lines.join()).not.toContain('hunter2')
})
