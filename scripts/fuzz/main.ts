/**
 * `npm run fuzz [SECONDS]`: schemathesis asks the three APIs of a running suite whatever their documents allow and forbid, for so many seconds each. A status,
 * a content type, a header or a body that the document does not have fails it, as does a 5xx.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { silentLog } from '@menshen/shared/log'
import { freePorts, loadSuiteConfig } from '@menshen/suite/config'
import { demoDocument } from '@menshen/suite/demo-clients'
import { startSuite } from '@menshen/suite/start-suite'

const [seconds = '60'] = process.argv.slice(2)
const schemathesis = process.env['SCHEMATHESIS'] ?? 'schemathesis'
const settings = fileURLToPath(new URL('schemathesis.toml', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'menshen-fuzz-'))

const env = { ...freePorts, DATABASE_URL: `sqlite:${folder}`, SECRETS_FILE: join(folder, 'secret.key'), REQUESTS_PER_MINUTE: '0' }
const suite = await startSuite(loadSuiteConfig(env), { env, logOf: () => silentLog })
const { addresses } = suite
const document = demoDocument(addresses)

try {
  const passed = [
    await fuzz(addresses.userApi, await tokenOfAlice()),
    await fuzz(addresses.projectApi, await tokenOfAlice()),
    await fuzz(addresses.openApi, await tokenOfAlice()),
    await fuzz(addresses.userApi, await tokenOfReportJob(), '--include-path=/users'),
  ]
  process.exitCode = passed.every(Boolean) ? 0 : 1
} finally {
  await suite.stop()
  rmSync(folder, { recursive: true })
}

/** Whether it found nothing. */
async function fuzz(api: string, token: string, ...more: string[]): Promise<boolean> {
  const checks = ['--checks=all', '--exclude-checks=ensure_resource_availability'] // an Idempotency-Key may bring back the answer for what was deleted since
  const bounds = [`--max-time=${seconds}`, '--phases=examples,coverage,fuzzing,stateful', '--continue-on-failure']
  const header = ['-H', `Authorization: Bearer ${token}`]
  const args = ['--config-file', settings, 'run', `${api}/openapi.json`, '--url', api, ...checks, ...bounds, ...header, ...more]
  const child = spawn(schemathesis, args, { stdio: 'inherit', cwd: folder })
  const [code] = await once(child, 'exit')
  return code === 0
}

function tokenOfAlice(): Promise<string> {
  const app = document.clients.find(({ client_id }) => client_id === 'mobile-app')
  const alice = document.users.find(({ username }) => username === 'alice')
  if (!app || !alice) throw new Error('the demo has no mobile-app or no alice')
  const { username, password } = alice
  return tokenFor({ grant_type: 'password', client_id: app.client_id, username, password, scope: app.scope ?? '' })
}

function tokenOfReportJob(): Promise<string> {
  const job = document.clients.find(({ client_id }) => client_id === 'report-job')
  if (!job?.client_secret) throw new Error('the demo has no report-job')
  const { client_id, client_secret } = job
  const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`
  return tokenFor({ grant_type: 'client_credentials' }, { authorization })
}

async function tokenFor(form: Record<string, string>, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${addresses.issuer}/oauth2/token`, { method: 'POST', headers, body: new URLSearchParams(form) })
  const { access_token } = (await response.json()) as { access_token?: string }
  if (!access_token) throw new Error(`auth answered ${response.status} for ${form['grant_type']}`)
  return access_token
}
