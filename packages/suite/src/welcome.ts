import type { Addresses } from './addresses.ts'
import { demoApps } from './apps.ts'
import type { demoDocument } from './demo-clients.ts'

/** What a person reads after `npm start`: where everything is, who may come in, what to try. */
export function welcome(addresses: Addresses, { users, clients }: ReturnType<typeof demoDocument>): string {
  return `
Menshen 门神 is running.

${rows([
  ['auth', addresses.issuer],
  ['user-api', `${addresses.userApi}/reference`],
  ['project-api', `${addresses.projectApi}/reference`],
  ['open-api', `${addresses.openApi}/reference`],
  ...demoApps.map(({ name, address }) => [name, addresses[address]]),
])}

People of the demo
${rows(users.map(({ username, password }) => [username, password ?? '']))}

Apps of the demo
${rows(clients.map(({ client_id, client_secret, grant_types }) => [client_id, client_secret ?? '(public)', (grant_types ?? []).join(', ')]))}

Try next
  Open ${addresses.startPage} and begin with the project centre, as ${users[0]?.username}.
  ${addresses.thirdPartySite}/test and ${addresses.eggClient} are apps written for other servers: docs/dialects.md.
  npm run tour   in another terminal: every request of the three flows, explained.
  Ctrl-C stops; your data stays.
`
}

/** A name in each line, and beside the longest of them what belongs to it. */
function rows(lines: string[][]): string {
  const width = Math.max(...lines.map(([name = '']) => name.length)) + 2
  return lines.map(([name = '', ...rest]) => `  ${name.padEnd(width)}${rest.join('  ')}`).join('\n')
}
