import type { RequestListener } from 'node:http'
import { afterEach, expect, test } from '@jest/globals'
import { type Listening, listen } from '@menshen/shared/testing/http'
import type { Demo } from './options.ts'
import { runTour, TourFailure } from './run-tour.ts'

const demo: Demo = {
  users: ['alice', 'bob'].map((username) => ({ username, password: 'a password' })),
  clients: [
    { client_id: 'mobile-app', scope: 'openid' },
    { client_id: 'third-party-site', client_secret: 'a secret', redirect_uris: ['http://localhost:8051/callback'] },
    { client_id: 'report-job', client_secret: 'a secret', scope: 'project:read' },
  ],
}

let auth: Listening | undefined

afterEach(() => auth?.close())

/** An auth that knows its endpoints and gives nothing. */
const refusing: RequestListener = ({ url, headers }, response) => {
  const endpoint = (path: string) => `http://${headers.host}${path}`
  const metadata = {
    issuer: endpoint(''),
    authorization_endpoint: endpoint('/authorize'),
    token_endpoint: endpoint('/token'),
    revocation_endpoint: endpoint('/revoke'),
  }
  response.writeHead(url === '/token' ? 400 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(url === '/token' ? { error: 'invalid_grant' } : metadata))
}

/** Walks through a suite of which there is only this auth. */
async function walk(issuer: string): Promise<{ failure: unknown; printed: string }> {
  const lines: string[] = []
  const addresses = { issuer, userApi: issuer, projectApi: issuer, openApi: issuer }
  const failure = await runTour({ addresses, demo, print: (line) => void lines.push(line) }).catch((error: unknown) => error)
  return { failure, printed: lines.join('\n') }
}

test('when nobody answers, the tour says what to start', async () => {
  const { failure } = await walk('http://localhost:1')
  expect(failure).toBeInstanceOf(TourFailure)
  expect(String(failure)).toMatch(/an answer from http:\/\/localhost:1[\s\S]*npm start/)
})

test('the step that fails is named, with what was expected and what came, and no secret is printed', async () => {
  auth = await listen({ callback: () => refusing })
  const { failure, printed } = await walk(auth.url)
  expect(String(failure)).toMatch(
    /This step failed: The mobile app asks auth[\s\S]*expected: status 200[\s\S]*status 400[\s\S]*invalid_grant/,
  )
  expect(printed).toContain('password=a pas…')
  expect(printed).not.toContain('a password')
  expect(printed).not.toContain('\u001b')
})
