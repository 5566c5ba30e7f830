import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { ExpectedError } from '@menshen/shared/run-main'
import type { Command } from './command.ts'

const random = () => randomBytes(32).toString('base64url')

export const initEnv: Command = {
  name: 'init-env',
  parameters: ['[FILE]'],
  about: 'Writes the secrets that docker compose reads, each a random one: .env when no FILE is named.',
  help: `It is for its owner alone, and one that is there is never written over: without its SECRETS_KEY what auth has sealed can't be read any more. Keep it as you keep
backups, and never beside them.`,
  examples: ['init-env'],
  json: '`{ "file" }`',
  async run({ words: [file = '.env'] }) {
    const lines = [
      '# Made by `npm run menshen -- init-env`, for docker compose. Keep it: without SECRETS_KEY nothing that auth has sealed can be read.',
      `SECRETS_KEY=${random()}`,
      'RABBITMQ_USER=menshen',
      `RABBITMQ_PASSWORD=${random()}`,
    ]
    await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new ExpectedError(`${file} is there already, and stays as it is`)
      throw new ExpectedError(`${file} can't be written: ${error.code}`)
    })
    return { json: { file }, text: `${file} is made: docker compose up --build` }
  },
}
