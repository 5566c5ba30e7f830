import Router from '@koa/router'
import { accessLog } from '@menshen/shared/http/access-log'
import { clientAddress } from '@menshen/shared/http/client-address'
import { healthRoutes } from '@menshen/shared/http/health'
import { requestId } from '@menshen/shared/http/request-id'
import Koa from 'koa'
import { inCoreWords } from './compat/in-core-words.ts'
import { clientsOf } from './core/dialect.ts'
import { revocationScope } from './core/scope.ts'
import type { AuthDeps } from './deps.ts'
import { authorizeEndpoint } from './endpoints/authorize.ts'
import { endSessionEndpoint } from './endpoints/end-session.ts'
import { introspectEndpoint } from './endpoints/introspect.ts'
import { jwksEndpoint } from './endpoints/jwks.ts'
import { metadataEndpoint } from './endpoints/metadata.ts'
import { revocationsEndpoint } from './endpoints/revocations.ts'
import { revokeEndpoint } from './endpoints/revoke.ts'
import { tokenEndpoint } from './endpoints/token.ts'
import { userinfoEndpoint } from './endpoints/userinfo.ts'
import { assets } from './http/assets.ts'
import { bearerErrors } from './http/bearer.ts'
import { corsForApps, corsForEverybody } from './http/cors.ts'
import { jsonErrors } from './http/errors.ts'
import { pageErrors } from './http/page-errors.ts'
import { pagesOnDemand } from './http/pages-on-demand.ts'
import { refuseHead } from './http/refuse-head.ts'
import { securityHeaders } from './http/security-headers.ts'

const metadataPaths = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']

/** The whole of auth on one page: its middleware and its routes. */
export function createApp(deps: AuthDeps): Koa {
  const router = new Router()
  const json = jsonErrors(deps)
  const bearer = bearerErrors(deps, { scope: 'openid' })
  const cors = corsForApps(deps)
  const core = { ...deps, clients: clientsOf(deps.clients, [null]) } // whoever speaks a dialect does not exist for the core
  const alsoAuthserver = { ...deps, clients: clientsOf(deps.clients, [null, 'authserver']) }
  const alsoEgg = { ...deps, clients: clientsOf(deps.clients, [null, 'authserver', 'egg']) }
  const page = pagesOnDemand(deps)

  // protocol
  router.head('/oauth2/authorize', refuseHead)
  router.get('/oauth2/authorize', authorizeEndpoint(alsoAuthserver, inCoreWords))
  router.post('/oauth2/authorize', authorizeEndpoint(alsoAuthserver, inCoreWords))
  router.head('/oauth2/end_session', refuseHead)
  router.get('/oauth2/end_session', endSessionEndpoint(core))
  router.post('/oauth2/end_session', endSessionEndpoint(core))
  router.options(['/oauth2/token', '/oauth2/revoke', '/oauth2/userinfo'], json, cors)
  router.post('/oauth2/token', json, cors, tokenEndpoint(core))
  router.post('/oauth2/revoke', json, cors, revokeEndpoint(core))
  router.post('/oauth2/introspect', json, introspectEndpoint(deps, core))
  router.get('/oauth2/userinfo', bearer, cors, userinfoEndpoint(core))
  router.post('/oauth2/userinfo', bearer, cors, userinfoEndpoint(core))
  router.get('/oauth2/revocations', bearerErrors(deps, { scope: revocationScope }), revocationsEndpoint(core))
  router.options(['/oauth2/jwks', ...metadataPaths], corsForEverybody)
  router.get('/oauth2/jwks', json, corsForEverybody, jwksEndpoint(deps))
  router.get(metadataPaths, json, corsForEverybody, metadataEndpoint(deps))

  // the same by other names, and what other servers answered
  router.head('/authorize', refuseHead)
  router.get('/authorize', authorizeEndpoint(alsoEgg, inCoreWords))
  router.post('/authorize', authorizeEndpoint(alsoEgg, inCoreWords))
  router.options('/token', json, cors)
  router.post('/token', json, cors, tokenEndpoint(alsoAuthserver))
  deps.mountDialects(router, deps)

  // pages of our own
  router.get('/', page('homePage'))
  router.get('/sign-in', page('ownSignInPage'))
  router.post('/sign-in', page('ownSignInPage'))
  router.get('/sign-up', page('ownSignUpPage'))
  router.post('/sign-up', page('ownSignUpPage'))
  router.get('/sign-out', page('signOutPage'))
  router.post('/sign-out', page('signOutPage'))
  router.get('/sign-out/:id', page('requestedSignOutPage'))
  router.post('/sign-out/:id', page('requestedSignOutPage'))
  router.get('/signed-out', page('signedOutPage'))
  router.get('/account/sessions', page('accountSessionsPage'))
  router.post('/account/sessions', page('accountSessionsPage'))

  // pages that an app's request waits for
  router.head('/interaction/*page', refuseHead)
  router.get('/interaction/:id', page('resumePage'))
  router.get('/interaction/:id/choose-account', page('chooseAccountPage'))
  router.post('/interaction/:id/choose-account', page('chooseAccountPage'))
  router.get('/interaction/:id/sign-in', page('signInPage'))
  router.post('/interaction/:id/sign-in', page('signInPage'))
  router.get('/interaction/:id/sign-up', page('signUpPage'))
  router.post('/interaction/:id/sign-up', page('signUpPage'))
  router.get('/interaction/:id/consent', page('consentPage'))
  router.post('/interaction/:id/consent', page('consentPage'))
  router.get('/interaction/:id/continue-as', page('continueAsPage'))
  router.post('/interaction/:id/continue-as', page('continueAsPage'))
  router.post('/interaction/:id/cancel', page('cancelPage'))
  router.get('/assets/:name', assets())

  const app = new Koa()
  app.silent = true // what fails is logged by accessLog and the error doors
  app.use(requestId)
  app.use(clientAddress(deps.config.trustedProxies))
  app.use(accessLog(deps))
  app.use(securityHeaders(deps))
  app.use(pageErrors(deps))
  app.use(healthRoutes({ ...deps, apart: deps.config.adminPort !== undefined }).routes())
  app.use(router.routes())
  app.use(router.allowedMethods())
  return app
}
