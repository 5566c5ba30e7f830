import { type Inspection, inspectToken } from '@menshen/auth/admin/inspect-token'
import { ExpectedError } from '@menshen/shared/run-main'
import { fetchJwks } from '@menshen/shared/tokens/jwks'
import type { Command } from './command.ts'
import { tableOf } from './table.ts'

const inspect: Command = {
  name: 'token inspect',
  options: {
    stdin: { about: 'Reads the token from the first line of standard input.' },
    api: { value: 'RESOURCE', about: 'Whether this API takes it decides the exit code.' },
    jwks: { value: 'URL', about: 'Verifies with the keys found there instead of those in the database.' },
  },
  about: 'Decodes a token and says what is wrong with it, and for which API.',
  help: `Takes access tokens, ID tokens, refresh tokens and codes; asks for them without showing them, and uses none up. The exit code is 1 when something
is wrong, or when no API takes an access token.`,
  examples: ['token inspect', 'token inspect --stdin --api http://localhost:8061 < token.txt'],
  json: '`{ "kind", "header", "claims", "findings": [{ "check", "ok", "detail" }], "apis": [{ "resource", "name", "accepted", "scopes" }] }`',
  async run(input, context) {
    const token = (await context.terminal.secret('Token', { stdin: input.flag('stdin') })).trim().replace(/^Bearer /i, '')
    const url = input.text('jwks')
    const jwks = url === undefined ? undefined : await keysAt(url)
    const { database, clock, config } = await context.admin({ readOnly: true })
    const inspection = await inspectToken(token, { database, clock, config, jwks })
    return { json: inspection, text: reportOf(inspection), code: isGood(inspection, input.text('api')) ? 0 : 1 }
  },
}

async function keysAt(url: string) {
  try {
    return await fetchJwks(url, globalThis.fetch)
  } catch (error) {
    throw new ExpectedError(`no keys from ${url}: ${(error as Error).message}`, { cause: error })
  }
}

function isGood({ kind, findings, apis }: Inspection, api: string | undefined): boolean {
  if (!findings.every(({ ok }) => ok)) return false
  const asked = apis.filter(({ resource }) => api === undefined || resource === api)
  return kind !== 'access_token' ? api === undefined : asked.some(({ accepted }) => accepted)
}

function reportOf({ kind, header, claims, findings, apis }: Inspection): string {
  const parts = [
    kind.replace('_', ' '),
    ...(header ? [`header  ${JSON.stringify(header)}`] : []),
    ...(claims ? [`claims  ${JSON.stringify(claims, null, 2)}`] : []),
    tableOf(
      [],
      findings.map(({ check, ok, detail }) => [ok ? 'ok' : 'WRONG', check, detail]),
    ),
  ]
  if (apis.length > 0) {
    const rows = apis.map(({ resource, name, accepted, scopes }) => [
      accepted ? 'yes' : 'no',
      resource,
      name,
      scopes.join(' ') || '-',
    ])
    parts.push(tableOf(['takes it', 'api', 'name', 'scopes there'], rows))
  }
  return parts.join('\n\n')
}

export const tokenCommands: readonly Command[] = [inspect]
