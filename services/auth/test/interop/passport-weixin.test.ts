import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createBrowser } from '@menshen/shared/testing/browser'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import { clients } from '../../src/stores/clients.ts'
import { alice, library, type TestClient } from '../support/people.ts'
import { startAuth, type TestAuth } from '../support/start-auth.ts'
import { aliceInFull, serveSite } from '../support/story.ts'

/** It has no types. */
interface Options {
  clientID: string
  clientSecret: string
  callbackURL: string
  authorizationURL: string
  tokenURL: string
  userProfileURL: string
}
type Verify = (access: string, refresh: string, profile: object, done: (error: null, user: object) => void) => void
const WeixinStrategy: new (options: Options, verify: Verify) => passport.Strategy = createRequire(import.meta.url)(
  'passport-weixin',
)

const forum: TestClient = {
  ...library,
  client_id: 'wxbdc5610cc59c1631',
  client_name: '论坛',
  scope: 'openid profile',
  dialect: 'wechat',
  owner: 'Forum Ltd.',
}

let auth: TestAuth
let site: Awaited<ReturnType<typeof serveSite>>
beforeAll(async () => {
  auth = await startAuth({ systemTime: true, env: { COMPAT: 'wechat' } })
  await aliceInFull(auth)
  const { secret: _, ...client } = forum
  await auth.database.collection(clients).insert(client)
  const app = express()
  site = await serveSite(auth, app, forum)
  buildSite(app, site.redirect_uri)
}, 30_000)
afterAll(async () => {
  await site.close()
  await auth.stop()
})

/** What the README of passport-weixin shows, for another host. */
function buildSite(app: express.Express, callbackURL: string): void {
  const people = new passport.Passport()
  people.use(
    new WeixinStrategy(
      {
        clientID: forum.client_id,
        clientSecret: forum.secret ?? '',
        callbackURL,
        authorizationURL: `${auth.url}/connect/qrconnect`,
        tokenURL: `${auth.url}/sns/oauth2/access_token`,
        userProfileURL: `${auth.url}/sns/userinfo`,
      },
      (_access, _refresh, profile, done) => done(null, profile),
    ),
  )
  people.serializeUser((user, done) => done(null, user))
  people.deserializeUser((user: Express.User, done) => done(null, user))
  app.use(session({ secret: 'of the site', resave: false, saveUninitialized: false, name: 'site' }))
  app.use(people.initialize())
  app.use(people.session())
  app.get('/login', people.authenticate('weixin', { state: 'xyz' } as passport.AuthenticateOptions))
  app.get('/callback', (req, res, next) => {
    if (req.query['code'] === undefined) return res.status(403).json(req.query)
    return people.authenticate('weixin', { successRedirect: '/' })(req, res, next)
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

test('a site on passport-weixin gets state alone from a person who refused, as from WeChat', async () => {
  const { url, status, body } = await signIn('deny')
  expect([url, status, JSON.parse(body)]).toEqual([`${site.url}/callback?state=xyz`, 403, { state: 'xyz' }])
})

test('passport-weixin signs a person in, with its three URLs alone set', async () => {
  const page = await signIn('allow')
  expect(page.url).toBe(`${site.url}/`)
  const unionid = auth.deps.unionOf(forum, alice.sub)
  expect(JSON.parse(page.body)).toMatchObject({
    provider: 'weixin',
    id: unionid,
    displayName: 'Ali',
    profileUrl: 'https://alice.example/me.jpg',
    _json: { openid: auth.deps.subjectOf(forum, alice.sub), unionid, sex: 2 },
  })
})
