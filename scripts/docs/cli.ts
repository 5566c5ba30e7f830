import type { Command } from '@menshen/suite/cli/command'
import { commands } from '@menshen/suite/cli/commands'
import { exitCodes, prefix, usageOf } from '@menshen/suite/cli/help'
import { optionsOf } from '@menshen/suite/cli/parse'
import { code, page, table } from './markdown.ts'

/** docs/cli.md */
export const cliPage = (): string =>
  page(
    '# The command line `menshen`',
    `\`npm run menshen -- COMMAND\` is for whoever runs auth. It works on auth's database, which \`DATABASE_URL\` names as for \`npm start\`, beside a running auth or
without one; a running auth follows within 5 seconds. It needs the \`SECRETS_KEY\` of auth where keys or sealed secrets are made. What is for scripts comes with
\`--json\`, on standard output; faults and questions go to standard error. No secret is an argument: passwords and tokens are asked for without showing them,
or read with \`--stdin\`; secrets that are made are shown once. What destroys asks before, or wants \`--yes\`.`,
    `Every change is recorded (\`audit list\`) in the transaction that makes it: who (the user of the system, or \`MENSHEN_ACTOR\`), what, when, before and after. An
event tells of it: ${events.map(code).join(', ')}.`,
    '## Exit codes',
    table(
      ['code', 'meaning'],
      exitCodes.map(([value, meaning]) => [code(String(value)), meaning]),
    ),
    '## Commands',
    table(
      ['command', 'what it does'],
      commands.map(({ name, about }) => [`[${name}](#${name.replaceAll(' ', '-')})`, about]),
    ),
    `Times in JSON are milliseconds since 1970, but for what an RFC names (\`auth_time\`, \`exp\`): seconds. Fields may be added; those that are here stay.`,
    ...commands.map(section),
  )

const events = [
  'client.created',
  'client.updated',
  'client.disabled',
  'client.deleted',
  'user.created',
  'user.updated',
  'user.disabled',
  'user.enabled',
  'user.deleted',
  'user.password_changed',
  'session.ended',
  'grant.revoked',
  'key.rotated',
]

function section(command: Command): string {
  const options = Object.entries(optionsOf(command)).filter(([name]) => name !== 'help')
  const rows = options.map(([name, { value, about }]) => [code(`--${name}${value === undefined ? '' : ` ${value}`}`), about])
  const examples = command.examples.map((example) => `    ${prefix} ${example}`).join('\n')
  return [
    `### ${command.name}`,
    code(usageOf(command)),
    command.about,
    ...(command.help === undefined ? [] : [command.help]),
    table(['option', ''], rows),
    examples,
    `\`--json\`: ${command.json}.`,
  ].join('\n\n')
}
