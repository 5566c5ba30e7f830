import { expect, test } from '@jest/globals'
import { onRabbit } from '@menshen/shared/testing/brokers'
import { createBrowser } from '@menshen/shared/testing/browser'
import { type CollectedSpan, startCollector } from '@menshen/shared/testing/collector'
import { testSqliteUrl } from '@menshen/shared/testing/databases'
import { startTestSuite } from './support/suite.ts'

const password = 'seven herons over the canal'

/** The suite with a collector; what is told is there once the suite has stopped. */
async function traced(
  eventsUrl: string,
  work: (addresses: Addresses) => Promise<void>,
): Promise<{ spans: CollectedSpan[]; wire: string }> {
  const collector = await startCollector()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, EVENTS_URL: eventsUrl }
  const suite = await startTestSuite(testSqliteUrl().replace('/test.db', ''), { env })
  try {
    await work(suite.addresses)
  } finally {
    await suite.stop()
    await collector.close()
  }
  return { spans: collector.spans, wire: collector.bodies.join('\n') }
}
type Addresses = Awaited<ReturnType<typeof startTestSuite>>['addresses']

const named = (spans: readonly CollectedSpan[], service: string, name: string) =>
  spans.filter((span) => span.service === `menshen-${service}` && span.name === name)

/** All of a trace, each below one that is of it, but for the first. */
function traceOf(spans: readonly CollectedSpan[], { traceId }: CollectedSpan): CollectedSpan[] {
  const trace = spans.filter((span) => span.traceId === traceId)
  const ids = new Set(trace.map(({ spanId }) => spanId))
  expect(trace.filter(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId))).toHaveLength(1)
  return trace
}

function suite(eventsUrl: () => string): void {
  test('what a browser asks of auth, its store, the event that tells of it, and what APIs do then are one trace', async () => {
    const { spans, wire } = await traced(eventsUrl(), async ({ issuer, userApi }) => {
      const browser = createBrowser()
      await browser.get(`${issuer}/sign-up?from=a-word-in-a-query`)
      await browser.submit({ username: 'dora', name: 'Dora Wang', password }, 'new-password')
      expect(browser.page.status).toBe(303)
      await known(userApi, issuer)
    })
    const [signUp] = named(spans, 'auth', 'POST /sign-up')
    if (!signUp) throw new Error(`no sign-up in ${spans.map(({ name }) => name)}`)
    const trace = traceOf(spans, signUp)
    const told = trace.map(({ service, name }) => `${service.replace('menshen-', '')}: ${name}`)
    for (const part of [
      'auth: POST /sign-up',
      'auth: argon2id',
      'auth: transaction several',
      'auth: send user.created',
      'user-api: process user.created',
      'user-api: find handled_events',
      'open-api: process user.created',
    ])
      expect(told).toContain(part)
    for (const secret of [password, 'a-word-in-a-query', 'Dora', 'dora']) expect(wire).not.toContain(secret)
  }, 60_000)

  test('what project-api asks of user-api is part of the same trace, under the same name in every log', async () => {
    const { spans } = await traced(eventsUrl(), async ({ issuer, projectApi }) => {
      const token = await tokenOf(issuer, { ...alice, scope: 'project:read project:write' })
      const send = (path: string, body: object) =>
        fetch(projectApi + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      const { id } = (await (await send('/projects', { name: 'Traces' })).json()) as { id: string }
      expect((await send(`/projects/${id}/invitations`, { username: 'bob' })).status).toBe(201)
    })
    const [asked] = named(spans, 'user-api', 'GET /users')
    if (!asked) throw new Error(`nothing was asked of user-api in ${spans.map(({ name }) => name)}`)
    const trace = traceOf(spans, asked)
    const invited = named(trace, 'project-api', 'POST /projects/:projectId/invitations')
    const calls = named(trace, 'project-api', 'GET')
    expect([invited.length, calls.length]).toEqual([1, 1])
    expect(asked.parentSpanId).toBe(calls[0]?.spanId)
    expect(calls[0]?.attributes).toMatchObject({ 'http.request.method': 'GET', 'http.response.status_code': 200 })
  }, 60_000)
}

/** Resolves when user-api has heard of the person who signed up. */
async function known(userApi: string, issuer: string): Promise<void> {
  const token = await tokenOf(issuer, { grant_type: 'client_credentials', scope: 'user:list' }, projectApiClient)
  for (;;) {
    const response = await fetch(`${userApi}/users?username=dora`, { headers: { authorization: `Bearer ${token}` } })
    const { items } = (await response.json()) as { items: unknown[] }
    if (items.length > 0) return
  }
}

const projectApiClient = { authorization: `Basic ${btoa('project-api:demo-secret-of-project-api-not-for-production')}` }
const alice = { grant_type: 'password', client_id: 'mobile-app', username: 'alice', password: 'alice-demo-password-8060' }

async function tokenOf(issuer: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${issuer}/oauth2/token`, { method: 'POST', headers, body: new URLSearchParams(form) })
  return ((await response.json()) as { access_token: string }).access_token
}

suite(() => 'memory:')
onRabbit('traces', suite)
