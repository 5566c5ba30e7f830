import { authSettings } from '@menshen/auth/config'
import { openApiSettings } from '@menshen/open-api/config'
import { projectApiSettings } from '@menshen/project-api/config'
import type { Setting, SettingsTable } from '@menshen/shared/config/settings'
import { settingsMarkdown } from '@menshen/shared/config/settings-markdown'
import { suiteSettings } from '@menshen/suite/config'
import { userApiSettings } from '@menshen/user-api/config'
import { code, page, table } from './markdown.ts'

const tables: ReadonlyArray<readonly [title: string, table: SettingsTable]> = [
  ['The suite', suiteSettings],
  ['auth', authSettings],
  ['user-api', userApiSettings],
  ['project-api', projectApiSettings],
  ['open-api', openApiSettings],
]

/** Variables that no settings table has: they say how the others are read, or are read before any of our code. */
const processVariables = [
  ['NODE_ENV', '', '`production` refuses what is only good for trying out, and leaves the demo data away.'],
  [
    'MENSHEN_PROFILE',
    '',
    '`demo` with `NODE_ENV=production`: http on localhost, default databases and the demo data are allowed.',
  ],
  [
    'UV_THREADPOOL_SIZE',
    '8',
    "Threads of libuv's pool. Node reads it before our code runs, so it comes from the file `node.env` through `--env-file`; a variable that is set already wins over that file.",
  ],
] as const

const otherVariables = [
  ['ISSUER', '`npm run tour`', 'where auth is, `http://localhost:8060` when not set'],
  ['USER_API_URL, PROJECT_API_URL, OPEN_API_URL, THIRD_PARTY_SITE_URL', '`npm run tour`', 'where the others are'],
  ['NO_COLOR', '`npm run tour`', 'any value: no colours'],
  [
    'TEST_DATABASE_URL',
    '`npm test`',
    'a MongoDB replica set that tests may make databases on; without it the tests on MongoDB are skipped',
  ],
  ['TEST_EVENTS_URL', '`npm test`', 'a RabbitMQ that tests may make queues on; without it the tests on RabbitMQ are skipped'],
  ['CI', '`npm test`', '`true`: a test that would be skipped fails instead'],
  ['PICTURES', '`npm test`', 'a folder for pictures of the pages that the browser tests open'],
] as const

/** docs/configuration.md */
export const configurationPage = (): string =>
  page(
    '# Configuration',
    `Every setting is a variable of the environment. With nothing set everything runs on defaults that suit one machine. A wrong value ends the
start with one line for each variable at fault (the suite looks at its own first). An empty variable counts as not set.`,
    '## The process',
    table(
      ['variable', 'default', 'what it does'],
      processVariables.map(([name, value, about]) => [
        code(name),
        name === 'UV_THREADPOOL_SIZE' ? `${code(value)} (\`node.env\`)` : 'none',
        about,
      ]),
    ),
    `"Production demands" below is what a value has to be with \`NODE_ENV=production\`.`,
    ...tables.map(([title, settings]) => sectionOf(title, settings)),
    '## The third-party site and egg-client',
    'Within the suite they follow the suite. Alone each reads the variables in its README: [third-party-site](../examples/third-party-site/README.md), [egg-client](../examples/egg-client/README.md).',
    '## The tour and the tests',
    table(
      ['variable', 'read by', 'what it does'],
      otherVariables.map(([names, reader, about]) => [names.split(', ').map(code).join(', '), reader, about]),
    ),
  )

const sectionOf = (title: string, settings: SettingsTable): string =>
  title === 'The suite'
    ? `${settingsMarkdown(title, settings)}
The suite sets \`HOST\`, \`PORT\`, \`ISSUER\`, \`RESOURCE\`, \`DATABASE_URL\`, \`EVENTS_URL\` and the log of its services itself. All other variables
below reach the services as they are, but \`ADMIN_PORT\`, as all are one process: \`SECRETS_KEY=… npm start\` sets that of auth. The sections below are for services that start alone.`
    : settingsMarkdown(title, settings)

/** .env.example */
export function envExample(): string {
  const sections = tables.map(([title, settings]) => [headline(title), ...rowsOf(settings).map(settingLines)].join('\n\n'))
  const ofProcess = processVariables.map(([name, value, about]) => lines(about, name, value))
  return `${[envHead, headline('The process'), ...ofProcess, ...sections].join('\n\n')}\n`
}

/** Without those that stand at the top. */
const rowsOf = (settings: SettingsTable) =>
  Object.values(settings).filter(({ variable }) => !processVariables.some(([name]) => name === variable))

const envHead = `# Generated from the code by \`npm run docs\`. Do not edit: copy it to .env and change that.
#
# Every variable with its default. Nothing reads .env by itself: let the shell do it, and start then.
#   set -a; . ./.env; set +a; npm start
# For \`npm start\` only the sections of the process, the suite and auth matter; the suite tells each service its own HOST, PORT, ISSUER, RESOURCE and
# DATABASE_URL. The sections of the services are for those that start alone: set theirs in the shell of that service.`

const headline = (title: string): string => `# ---- ${title} ----`

const settingLines = ({ variable, about, ...row }: Setting<unknown>): string => lines(about, variable, String(row.default ?? ''))

const lines = (about: string, variable: string, value: string): string => `# ${about}\n#${variable}=${value}`
