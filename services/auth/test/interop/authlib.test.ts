import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mailJob, register } from '../support/assertions.ts'
import { hasAuthlib, runPython } from '../support/authlib.ts'
import { alice, bookshop, library, openApi, reportJob } from '../support/people.ts'
import type { TestAuth } from '../support/start-auth.ts'
import { startStory } from '../support/story.ts'

const script = new URL('authlib_story.py', import.meta.url).pathname
const whenThere = hasAuthlib() ? test : test.skip

let auth: TestAuth
beforeAll(async () => {
  auth = await startStory(bookshop, library)
  await register(auth, mailJob)
}, 30_000)
afterAll(() => auth.stop())

whenThere.each([bookshop, library])(
  "Python's Authlib signs a person in, checks ID token and access token, refreshes, introspects and revokes (skipped without python3): $client_id",
  async (site) => {
    const said = await runPython(
      script,
      {
        issuer: auth.url,
        resource: openApi.resource,
        site,
        job: reportJob,
        signing_job: mailJob,
        redirect_uri: site.redirect_uris[0],
      },
      ({ url }) => auth.signInAt(String(url), alice, site),
    )
    expect(said).toEqual({
      sub: alice.sub,
      email: 'alice@example.com',
      api_sub: alice.sub,
      rotated: true,
      revoked: 200,
      active: [true, false],
      job_scope: 'user:list',
      signed_scope: 'user:list',
    })
  },
  60_000,
)
