import { expect } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import type { Addresses } from '@menshen/suite/addresses'

const alice = { username: 'alice', password: 'alice-demo-password-8060' }

/**
 * Alice signs in to the demo, in a browser and on a phone, and makes a project. `livesOn` expects that another suite on the same addresses knows all of it:
 * her session, both of her tokens, her project and her password.
 */
export async function signInEverywhere({ issuer, projectApi, projectCenter }: Addresses) {
  const browser = createBrowser()
  const address = new URL('/oauth2/authorize', issuer)
  address.search = new URLSearchParams({
    client_id: 'project-center',
    redirect_uri: `${projectCenter}/callback`,
    response_type: 'code',
    scope: 'openid',
    state: 'state',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', // RFC 7636 appendix B
    code_challenge_method: 'S256',
  }).toString()
  const token = async (form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id: 'mobile-app', ...form })
    const response = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body })
    return { status: response.status, body: (await response.json()) as Record<'access_token' | 'refresh_token', string> }
  }
  const projects = async ({ access_token }: { access_token: string }, name?: string) => {
    const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' }
    const made = name === undefined ? {} : { method: 'POST', body: JSON.stringify({ name }) }
    return (await fetch(`${projectApi}/projects`, { headers, ...made })).text()
  }
  const signIn = () => token({ grant_type: 'password', scope: 'project:read project:write', ...alice })

  await browser.get(address.href)
  await browser.follow()
  await browser.submit(alice, 'password')
  expect((await browser.follow(projectCenter)).location).toContain('code=')
  const { body: phone } = await signIn()
  expect(await projects(phone, 'Moved')).toContain('Moved')

  return {
    async livesOn(): Promise<void> {
      address.searchParams.set('prompt', 'none')
      await browser.get(address.href)
      expect((await browser.follow(projectCenter)).location).toContain('code=')
      expect(await projects(phone)).toContain('Moved')
      const refreshed = await token({ grant_type: 'refresh_token', refresh_token: phone.refresh_token })
      expect(refreshed.status).toBe(200)
      expect(await projects(refreshed.body)).toContain('Moved')
      expect((await signIn()).status).toBe(200)
    },
  }
}
