import { demoDocument } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'

type Form = Record<string, string>

/** What people and programs of the demo do all day, by HTTP. */
export function createTraffic({ addresses }: Pick<Suite, 'addresses'>) {
  const { users, clients } = demoDocument(addresses)
  const secrets = new Map(clients.map((client) => [client.client_id, 'client_secret' in client ? client.client_secret : '']))

  /** Asks the token endpoint, as a client with its secret where it has one. */
  async function token(client_id: string, form: Form): Promise<Form> {
    const client_secret = secrets.get(client_id)
    const body = new URLSearchParams({ client_id, ...form })
    const headers: Record<string, string> = {}
    if (client_secret) {
      body.delete('client_id')
      headers['authorization'] = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`
    }
    const response = await fetch(`${addresses.issuer}/oauth2/token`, { method: 'POST', headers, body })
    return (await response.json()) as Form
  }
  const signIn = (username: string, password: string) =>
    token('mobile-app', { grant_type: 'password', username, password, scope: 'openid user:read project:read learning:read' })

  return {
    /** A person signs in on the phone, looks at each API, and stays signed in so many times. */
    async phone(refreshes: number): Promise<void> {
      const { username, password } = users[Math.floor(Math.random() * users.length)] as (typeof users)[0]
      let { access_token, refresh_token } = await signIn(username, password)
      for (let left = refreshes; refresh_token && left > 0; left--) {
        const headers = { authorization: `Bearer ${access_token}` }
        const reads = [
          `${addresses.userApi}/users/me`,
          `${addresses.projectApi}/projects`,
          `${addresses.openApi}/v1/learning/summary`,
        ]
        await Promise.all(reads.map((url) => fetch(url, { headers }).then((response) => response.text())))
        const next = await token('mobile-app', { grant_type: 'refresh_token', refresh_token })
        access_token = next['access_token']
        refresh_token = next['refresh_token']
      }
      if (!refresh_token) return
      const body = new URLSearchParams({ client_id: 'mobile-app', token: refresh_token })
      await fetch(`${addresses.issuer}/oauth2/revoke`, { method: 'POST', body })
    },
    /** A program asks for a token of its own. */
    job: () => token('report-job', { grant_type: 'client_credentials' }),
    /** Somebody guesses the password of a person that is not there. */
    guess: (username: string) => signIn(username, 'a password that was guessed'),
    /** An app has a wrong secret. */
    async wrongSecret(): Promise<void> {
      const headers = { authorization: `Basic ${Buffer.from('talent-center:a secret that is wrong').toString('base64')}` }
      const body = new URLSearchParams({ grant_type: 'client_credentials' })
      await fetch(`${addresses.issuer}/oauth2/token`, { method: 'POST', headers, body })
    },
  }
}
