import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { type Profile, Strategy, type VerifyCallback } from 'passport-openidconnect'
import { alice, library } from '../support/people.ts'
import type { TestAuth } from '../support/start-auth.ts'
import { serveSite, startStory } from '../support/story.ts'

let auth: TestAuth
let site: Awaited<ReturnType<typeof serveSite>>
beforeAll(async () => {
  auth = await startStory(library)
  const app = express()
  site = await serveSite(auth, app, library)
  buildSite(app, site.redirect_uri)
}, 30_000)
afterAll(async () => {
  await site.close()
  await auth.stop()
})

/** What the README of passport-openidconnect shows; it sends its secret in the form, so the client is registered with client_secret_post. */
function buildSite(app: express.Express, callbackURL: string): void {
  const people = new passport.Passport()
  const strategy = new Strategy(
    {
      issuer: auth.url,
      authorizationURL: `${auth.url}/oauth2/authorize`,
      tokenURL: `${auth.url}/oauth2/token`,
      userInfoURL: `${auth.url}/oauth2/userinfo`,
      clientID: library.client_id,
      clientSecret: library.secret ?? '',
      callbackURL,
      scope: ['profile', 'email'],
      nonce: 'yes',
      maxAge: '3600',
      skipUserProfile: false,
    },
    (issuer: string, profile: Profile, done: VerifyCallback) => done(null, { issuer, ...profile }),
  )
  people.use(strategy)
  people.serializeUser((user, done) => done(null, user))
  people.deserializeUser((user: Express.User, done) => done(null, user))
  app.use(session({ secret: 'of the site', resave: false, saveUninitialized: false, name: 'site' }))
  app.use(people.initialize())
  app.use(people.session())
  app.get('/login', people.authenticate('openidconnect'))
  app.get('/callback', people.authenticate('openidconnect', { failureRedirect: '/refused', successRedirect: '/' }))
  app.get('/refused', (_req, res) => {
    res.status(403).end('refused')
  })
  app.get('/', (req, res) => {
    res.json(req.user ?? null)
  })
}

async function signIn(decision: 'allow' | 'deny') {
  const browser = createBrowser()
  await browser.get(`${site.url}/login`)
  await browser.follow()
  await browser.submit({ username: alice.username, password: alice.password }, 'password')
  await browser.follow()
  await browser.submit({ decision }, 'decision')
  return browser.follow()
}

test('passport-openidconnect leads a person who refused back to the site (RFC 6749 section 4.1.2.1)', async () => {
  expect(await signIn('deny')).toMatchObject({ url: `${site.url}/refused`, status: 403 })
})

test('passport-openidconnect signs a person in with nonce and max_age, and reads their profile at userinfo', async () => {
  const page = await signIn('allow')
  expect(page.url).toBe(`${site.url}/`)
  expect(JSON.parse(page.body)).toMatchObject({
    issuer: auth.url,
    id: alice.sub,
    displayName: 'Alice Liu',
    name: { familyName: 'Liu', givenName: 'Alice' },
    username: 'Alice',
    emails: [{ value: 'alice@example.com' }],
  })
})
