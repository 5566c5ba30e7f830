import { pagesOnDemand } from '../../http/pages-on-demand.ts'
import { refuseHead } from '../../http/refuse-head.ts'
import type { Mount } from '../index.ts'
import { speaking } from '../speaking.ts'
import { clientAddRoute, forPeople } from './client-add.ts'
import { envelopeErrors } from './envelope.ts'
import { accessTokenRoute, refreshTokenRoute } from './tokens.ts'

/** The authserver of the notes; `/authorize`, `/oauth2/authorize` and `/token` are the core's, in its words. */
export const mountAuthserver: Mount = (router, deps) => {
  const spoken = speaking('authserver', deps)
  const envelope = envelopeErrors(deps)
  router.head('/oauth2/access_token', refuseHead)
  router.get('/oauth2/access_token', spoken, envelope, accessTokenRoute(deps))
  router.post('/oauth2/access_token', spoken, envelope, accessTokenRoute(deps))
  router.post('/oauth2/refresh_token', spoken, envelope, refreshTokenRoute(deps))
  const form = forPeople(pagesOnDemand(deps)('registerAppPage'), deps)
  router.head('/client/add', refuseHead)
  router.get('/client/add', spoken, form, envelope, clientAddRoute(deps))
  router.post('/client/add', spoken, form, envelope, clientAddRoute(deps))
}
