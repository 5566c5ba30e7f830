import { expect, test } from '@jest/globals'
import { createLog } from '@menshen/shared/log'
import { alice, basic, bookshop, mobileApp, reportJob } from '../support/people.ts'
import { startAuth } from '../support/start-auth.ts'

test('no password, secret, code, token or cookie of a whole run reaches a log line (Invariant 6)', async () => {
  const written: string[] = []
  const log = createLog({ service: 'auth', level: 'trace', destination: { write: (line) => written.push(line) } })
  const auth = await startAuth({ log })
  const approved = await auth.approve(alice, { client: bookshop })
  const tokens = (await auth.redeem(bookshop, approved)).body
  const refreshed = (await auth.refresh(bookshop, tokens.refresh_token)).body
  await auth.redeem(bookshop, approved)
  await auth.get(`/oauth2/authorize?client_id=nobody&code=${approved.code}&password=${encodeURIComponent(alice.password)}`)
  await auth.post(
    '/oauth2/token',
    { grant_type: 'client_credentials' },
    { authorization: basic('report-job', `wrong ${reportJob.secret}`) },
  )
  await auth.passwordGrant({ ...alice, password: 'a wrong password' })
  await auth.revoke(mobileApp, tokens.access_token)
  await auth.stop()

  const lines = written.join('')
  expect(written.length).toBeGreaterThan(10)
  const cookie = approved.browser.cookies.header(new URL(auth.url)) ?? ''
  const cookies = cookie.split('; ').map((pair) => pair.split('=')[1] ?? '')
  const secrets = [
    alice.password,
    'a wrong password',
    approved.code,
    approved.verifier,
    tokens.access_token,
    tokens.refresh_token,
    tokens.id_token,
    refreshed.refresh_token,
    bookshop.secret,
    reportJob.secret,
    ...cookies,
  ]
  for (const secret of secrets) {
    expect(secret?.length).toBeGreaterThan(10)
    expect(lines).not.toContain(secret)
    expect(lines).not.toContain(encodeURIComponent(secret ?? ''))
  }
})
