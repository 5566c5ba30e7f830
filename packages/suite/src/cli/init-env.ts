import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { ExpectedError } from '@menshen/shared/run-main'
import { type Command, UsageError } from './command.ts'

const random = () => randomBytes(32).toString('base64url')

const demoLines = (): string[] => [
  '# Made by `npm run menshen -- init-env`, for docker compose. Keep it: without SECRETS_KEY nothing that auth has sealed can be read.',
  'COMPOSE_PROJECT_NAME=menshen-demo', // a checkout in a folder of the name of production's would take its containers over
  `SECRETS_KEY=${random()}`,
  'RABBITMQ_USER=menshen',
  `RABBITMQ_PASSWORD=${random()}`,
]

const secretNames = [
  'SECRETS_KEY',
  'USER_API_CLIENT_SECRET',
  'PROJECT_API_CLIENT_SECRET',
  'OPEN_API_CLIENT_SECRET',
  'MONGO_PASSWORD',
  'MONGO_AUTH_PASSWORD',
  'MONGO_USER_API_PASSWORD',
  'MONGO_PROJECT_API_PASSWORD',
  'MONGO_OPEN_API_PASSWORD',
  'RABBITMQ_PASSWORD',
]

const productionLines = (domain: string): string[] => [
  '# Made by `menshen init-env --production`, for docker compose. Keep it: without SECRETS_KEY nothing that auth has sealed can be read.',
  'COMPOSE_FILE=compose.production.yml',
  'COMPOSE_PROJECT_NAME=menshen',
  '',
  '# The public addresses; each name must lead to this machine. They stand in every token: another one later means that all sign in again.',
  `ISSUER=https://login.${domain}`,
  `USER_API_RESOURCE=https://user-api.${domain}`,
  `PROJECT_API_RESOURCE=https://project-api.${domain}`,
  `OPEN_API_RESOURCE=https://open-api.${domain}`,
  '',
  '# The port of this machine; 127.0.0.1:443 for itself alone. Certificates are those of a public authority (ACME), or `internal`: of Caddy, for trying out.',
  'PUBLISH=443',
  'CERTIFICATES=public',
  '',
  ...secretNames.map((name) => `${name}=${random()}`),
  `MONGO_KEY=${randomBytes(64).toString('hex')}`,
  'RABBITMQ_USER=menshen',
]

/** Labels of letters, digits and inner hyphens, two or more (RFC 1123 section 2.1). */
const domainName = /^(?=.{4,200}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z]([a-z\d-]{0,61}[a-z\d])?$/

function linesFor(domain: string | undefined): string[] {
  if (domain === undefined) return demoLines()
  if (!domainName.test(domain))
    throw new UsageError(`--production wants a domain such as example.com, in small letters, not ${domain}`)
  return productionLines(domain)
}

export const initEnv: Command = {
  name: 'init-env',
  parameters: ['[FILE]'],
  options: {
    production: {
      value: 'DOMAIN',
      about: 'For compose.production.yml, with the hosts login, user-api, project-api and open-api of this domain.',
    },
  },
  about: 'Writes the secrets that docker compose reads, each a random one: .env when no FILE is named.',
  help: `It is for its owner alone, and one that is there is never written over: without its SECRETS_KEY what auth has sealed can't be read any more. Keep it as you keep
backups, and never beside them. Other host names: change them in the file, before the first start.`,
  examples: ['init-env', 'init-env --production example.com'],
  json: '`{ "file" }`',
  async run(input) {
    const {
      words: [file = '.env'],
    } = input
    const lines = linesFor(input.text('production'))
    await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600, flag: 'wx' }).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new ExpectedError(`${file} is there already, and stays as it is`)
      await rm(file, { force: true }).catch(() => {}) // a disk without room keeps the beginning of it
      throw new ExpectedError(`${file} can't be written: ${error.code}`)
    })
    return { json: { file }, text: `${file} is made: docker compose up -d --build, in the folder where it lies` }
  },
}
