import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { until } from '@menshen/shared/events/contract'
import { testRabbitUrl } from '@menshen/shared/testing/brokers'
import { onMongo } from '@menshen/shared/testing/databases'
import { freePort } from '@menshen/suite/addresses'
import { databaseUrlOf, type ServiceName } from '@menshen/suite/database-urls'
import { demoDocument } from '@menshen/suite/demo-clients'
import { runHere } from '../../packages/suite/test/support/in-process.ts'
import { buildOnce } from '../support/processes/build-once.ts'
import { type Front, startFront } from '../support/processes/front.ts'
import { type ServiceProcess, startService } from '../support/processes/service-process.ts'
import { suiteSecretsKey } from '../support/secrets-key.ts'

type Variables = Record<string, string>

/** The variables that a block of the page sets, as it writes them. */
const blocksOf = (page: string): Variables[] =>
  [...page.matchAll(/```sh\n([^`]+)```/g)].map(([, block = '']) =>
    Object.fromEntries([...block.matchAll(/^(\w+)=(\S+)/gm)].map(([, name, value]) => [name, value])),
  )

onMongo('docs/operations.md, several processes', (freshUrl) => {
  describe('two processes of auth and of user-api that are told what docs/operations.md says, and nothing else', () => {
    const running: ServiceProcess[] = []
    const fronts: Front[] = []
    let ports: { auth: number; userApi: number }
    const at = (port: number, path: string) => `http://127.0.0.1:${port}${path}`
    const clientOf = (client_id: string) => clients.find((client) => client.client_id === client_id)
    const documented = demoDocument({ userApi: 'https://user-api.example.com' })
    const clients = documented.clients.filter(({ client_id }) => ['user-api', 'report-job'].includes(client_id))

    beforeAll(async () => {
      await buildOnce()
      const [auth, api] = blocksOf(await readFile('docs/operations.md', 'utf8'))
      const base = freshUrl()
      const eventsUrl = testRabbitUrl() ?? ''
      ports = { auth: await freePort(), userApi: await freePort() }
      expect(await runHere(['migrate'], { env: { DATABASE_URL: base, NODE_ENV: 'production' } })).toMatchObject({
        code: 0,
        err: '',
      })
      await apply({ DATABASE_URL: base, SECRETS_KEY: suiteSecretsKey, ISSUER: auth?.['ISSUER'] ?? '', NODE_ENV: 'production' })
      const here: Variables = {
        EVENTS_URL: eventsUrl,
        SECRETS_KEY: suiteSecretsKey,
        TRUSTED_PROXIES: '127.0.0.1',
        JWKS_URL: at(ports.auth, '/oauth2/jwks'),
        TOKEN_URL: at(ports.auth, '/oauth2/token'),
        REVOCATIONS_URL: at(ports.auth, '/oauth2/revocations'),
        CLIENT_SECRET: secretOf('user-api'),
      }
      await startTwo('auth', ports.auth, { ...told(auth, here), DATABASE_URL: databaseUrlOf(base, 'auth') })
      await startTwo('user-api', ports.userApi, { ...told(api, here), DATABASE_URL: databaseUrlOf(base, 'user-api') })
    }, 180_000)
    afterAll(async () => {
      await Promise.all([...running.map((one) => one.kill()), ...fronts.map((one) => one.stop())])
    })

    function secretOf(client_id: string): string {
      const client = clientOf(client_id)
      return client && 'client_secret' in client ? client.client_secret : ''
    }

    /** What the page says, with the addresses and secrets of this run. */
    const told = (block: Variables = {}, here: Variables): Variables =>
      Object.fromEntries(Object.entries(block).map(([name, value]) => [name, here[name] ?? value]))

    async function apply(env: Variables): Promise<void> {
      const file = join(await mkdtemp(join(tmpdir(), 'menshen-operations-')), 'apps.json')
      await writeFile(file, JSON.stringify({ apis: documented.apis, clients }))
      expect(await runHere(['apply', file], { env, answer: true })).toMatchObject({ code: 0, err: '' })
    }

    async function startTwo(service: ServiceName, port: number, env: Variables): Promise<void> {
      const folder = await mkdtemp(join(tmpdir(), 'menshen-operations-'))
      const two = await Promise.all([0, 1].map((number) => startService(service, { env, folder, number })))
      running.push(...two)
      fronts.push(await startFront({ host: '127.0.0.1', port, behind: () => two.flatMap((one) => one.port ?? []) }))
    }

    const basic = { authorization: `Basic ${btoa(`report-job:${secretOf('report-job')}`)}`, 'x-forwarded-for': '192.0.2.7' }
    async function newToken(): Promise<string> {
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'user:list' })
      const answer = await fetch(at(ports.auth, '/oauth2/token'), { method: 'POST', headers: basic, body })
      return ((await answer.json()) as { access_token: string }).access_token
    }
    const list = async (token: string) =>
      (await fetch(at(ports.userApi, '/users?limit=1'), { headers: { authorization: `Bearer ${token}` } })).status

    test('all are ready, and nothing is degraded', async () => {
      for (const port of Object.values(ports))
        await until(async () => (await readiness(port)) === 'ok' && (await readiness(port)) === 'ok') // moments after their start
    }, 15_000)
    const readiness = async (port: number) => ((await (await fetch(at(port, '/readyz'))).json()) as { status: string }).status

    test('a token of one opens both of the API, and revoked at one it opens none', async () => {
      const token = await newToken()
      expect([await list(token), await list(token)]).toEqual([200, 200])
      const body = new URLSearchParams({ token })
      await fetch(at(ports.auth, '/oauth2/revoke'), { method: 'POST', headers: basic, body })
      const before = Date.now()
      while (!(await Promise.all([list(token), list(token)])).every((status) => status === 401))
        expect(Date.now() - before).toBeLessThan(5000)
    }, 15_000)

    test('who asks has the address that the proxy saw', async () => {
      for (let i = 0; i < 2; i++) await newToken()
      const [first, second] = running
      for (const one of [first, second]) expect(await one?.log()).toContain('"address":"192.0.2.7"')
    })
  })
})
