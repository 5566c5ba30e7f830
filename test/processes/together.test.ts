import { createHash, randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { testRabbitUrl } from '@menshen/shared/testing/brokers'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { demoDocument } from '@menshen/suite/demo-clients'
import { runTour } from '@menshen/suite/tour/run-tour'
import { createSeenSecrets } from '../support/processes/seen-secrets.ts'
import { type ManyProcesses, startProcesses } from '../support/processes.ts'
import { suiteSecretsKey } from '../support/secrets-key.ts'

const client_id = 'project-center'
const racers = 20
const rounds = 5

interface Answer {
  status: number
  access_token?: string
  refresh_token?: string
  error?: string
}

/** Two processes of each service, each request to the other one. */
function togetherOn(servers: string, databaseUrl: () => string, eventsUrl: () => string | undefined): void {
  describe(`two processes of each service on ${servers}`, () => {
    const secrets = createSeenSecrets()
    let suite: ManyProcesses
    let browser: Browser
    let printed = 0
    beforeAll(async () => {
      const url = eventsUrl()
      suite = await startProcesses({ databaseUrl: databaseUrl(), watch: secrets.watch, ...(url && { eventsUrl: url }) })
      browser = createBrowser()
    }, 180_000)
    afterAll(() => suite?.stop())

    const demo = () => demoDocument(suite.addresses)
    const redirect_uri = () => `${suite.addresses.projectCenter}/callback`
    const secretOf = (wanted: string) => {
      const found = demo().clients.find((client) => client.client_id === wanted)
      return found && 'client_secret' in found ? found.client_secret : ''
    }

    async function token(form: Record<string, string>): Promise<Answer> {
      const authorization = `Basic ${Buffer.from(`${client_id}:${secretOf(client_id)}`).toString('base64')}`
      const init = { method: 'POST', headers: { authorization }, body: new URLSearchParams(form) }
      const response = await fetch(`${suite.addresses.issuer}/oauth2/token`, init)
      return { status: response.status, ...((await response.json()) as object) }
    }
    const refresh = (refresh_token = '') => token({ grant_type: 'refresh_token', refresh_token })

    /** What a code is redeemed with; alice signs in for the first. */
    async function newCode(): Promise<Record<string, string>> {
      const code_verifier = randomBytes(32).toString('base64url')
      const asked = new URLSearchParams({
        response_type: 'code',
        client_id,
        redirect_uri: redirect_uri(),
        scope: 'openid profile project:read',
        code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
        code_challenge_method: 'S256',
      })
      await browser.get(`${suite.addresses.issuer}/oauth2/authorize?${asked}`)
      await browser.follow(redirect_uri())
      if (browser.page.url.includes('/sign-in'))
        await browser.submit({ username: 'alice', password: 'alice-demo-password-8060' }, 'password')
      const { location = '' } = await browser.follow(redirect_uri())
      const code = new URL(location).searchParams.get('code') ?? ''
      return { grant_type: 'authorization_code', code, redirect_uri: redirect_uri(), code_verifier }
    }

    const atOnce = (send: () => Promise<Answer>) => Promise.all(Array.from({ length: racers }, send))
    const projects = async (access_token = '') =>
      (await fetch(`${suite.addresses.projectApi}/projects`, { headers: { authorization: `Bearer ${access_token}` } })).status

    test('the tour goes through', async () => {
      const tour = { addresses: suite.addresses, demo: demo(), print: () => void printed++, colour: false }
      expect((await runTour(tour)).steps).toBeGreaterThan(10)
      expect(printed).toBeGreaterThan(10)
    }, 60_000)

    test('of 20 redemptions of one code at most one succeeds, and what it gave is worth nothing', async () => {
      for (let round = 0; round < rounds; round++) {
        const code = await newCode()
        const answers = await atOnce(() => token(code))
        const given = answers.filter(({ status }) => status === 200)
        expect(given.length).toBeLessThanOrEqual(1)
        for (const { status, error } of answers)
          if (status !== 200) expect({ status, error }).toEqual({ status: 400, error: 'invalid_grant' })
        for (const { refresh_token } of given)
          expect(await refresh(refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' })
      }
    }, 60_000)

    test('20 refreshes with one token all get the same successor, each with an access token that opens its API', async () => {
      for (let round = 0; round < rounds; round++) {
        const first = await token(await newCode())
        const answers = await atOnce(() => refresh(first.refresh_token))
        expect(answers.map(({ status }) => status)).toEqual(Array(racers).fill(200))
        const successors = new Set(answers.map(({ refresh_token }) => refresh_token))
        expect(successors.size).toBe(1)
        expect(new Set(answers.map(({ access_token }) => access_token)).size).toBe(racers)
        expect(await projects(answers[round]?.access_token)).toBe(200)
        expect((await refresh([...successors][0])).status).toBe(200)
      }
    }, 60_000)

    test('no log shows a secret of all that was done: passwords, client secrets, codes, tokens, cookies, keys, the password of the broker', async () => {
      const logs = await suite.logs()
      const known = [
        suiteSecretsKey,
        ...demo().users.map(({ password }) => password),
        ...demo().clients.map(({ client_id }) => secretOf(client_id)),
        ...[eventsUrl()].flatMap((url) => (url ? [new URL(url).href.split('@')[0] ?? ''] : [])),
      ].filter(Boolean)
      expect(secrets.all.size).toBeGreaterThan(150)
      expect(logs.split('\n').filter((line) => line.includes('/oauth2/token')).length).toBeGreaterThan(150)
      expect([...secrets.all, ...known].filter((secret) => logs.includes(secret))).toEqual([])
    })
  })
}

togetherOn(
  'SQLite',
  () => dirname(testSqliteUrl()),
  () => undefined,
)
onMongo('two processes of each service', (freshUrl) => togetherOn('MongoDB and RabbitMQ', freshUrl, testRabbitUrl))
