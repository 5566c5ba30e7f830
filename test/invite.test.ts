import { expect, test } from '@jest/globals'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { startTestSuite } from './support/suite.ts'

const password = { alice: 'alice-demo-password-8060', bob: 'bob-demo-password-8060' }

function suite(freshUrl: () => string): void {
  test('alice invites bob by user name, whom project-api finds at user-api with a token of its own, and bob accepts', async () => {
    const { addresses, stop } = await startTestSuite(freshUrl())
    const signIn = async (username: keyof typeof password) => {
      const form = { grant_type: 'password', client_id: 'mobile-app', username, password: password[username] }
      const body = new URLSearchParams({ ...form, scope: 'project:read project:write' })
      return ((await (await fetch(`${addresses.issuer}/oauth2/token`, { method: 'POST', body })).json()) as Token).access_token
    }
    const send = async (token: string, method: string, path: string, body?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const response = await fetch(addresses.projectApi + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
      return { status: response.status, body: (await response.json()) as { id: string; role?: string } }
    }
    try {
      const [alice, bob] = [await signIn('alice'), await signIn('bob')]
      const project = await send(alice, 'POST', '/projects', { name: 'Invitations' })
      const invite = (username: string) => send(alice, 'POST', `/projects/${project.body.id}/invitations`, { username })
      expect(await invite('nobody')).toMatchObject({ status: 400, body: { errors: [{ field: 'username' }] } })
      expect(await invite('alice')).toMatchObject({ status: 409, body: { reason: 'yourself' } })
      const invitation = await invite('BOB')
      expect(invitation).toMatchObject({ status: 201, body: { username: 'bob', role: 'viewer' } })
      const accepted = await send(bob, 'POST', `/invitations/${invitation.body.id}/accept`)
      expect(accepted).toMatchObject({ status: 200, body: { name: 'Invitations', role: 'viewer' } })
    } finally {
      await stop()
    }
  }, 30_000)
}

interface Token {
  access_token: string
}

suite(() => testSqliteUrl().replace('/test.db', ''))
onMongo('inviting across the suite', suite)
