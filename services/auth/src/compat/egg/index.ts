import { authorizeEndpoint } from '../../endpoints/authorize.ts'
import { bearerErrors } from '../../http/bearer.ts'
import { jsonErrors } from '../../http/errors.ts'
import { refuseHead } from '../../http/refuse-head.ts'
import type { Mount } from '../index.ts'
import { speaking } from '../speaking.ts'
import { addUserRoute } from './add-user.ts'
import { authenticateRoute } from './authenticate.ts'
import { authorizeByPasswordRoute } from './authorize-by-password.ts'
import { listUsersRoute } from './list-users.ts'
import { tokenRoute } from './token.ts'

/** egg-oauth2-server, as its example speaks it; `/authorize` is the core's. */
export const mountEgg: Mount = (router, deps) => {
  const spoken = speaking('egg', deps)
  const json = jsonErrors(deps)
  const bearer = bearerErrors(deps, { scope: 'user:list' })
  router.get('/users', spoken, bearer, listUsersRoute(deps))
  router.post('/users', spoken, json, addUserRoute(deps))
  router.head('/users/authorize', refuseHead)
  router.get('/users/authorize', spoken, authorizeEndpoint(deps))
  router.post('/users/authorize', spoken, json, authorizeByPasswordRoute(deps))
  router.post('/users/token', spoken, json, tokenRoute(deps))
  router.get('/users/authenticate', spoken, bearer, authenticateRoute(deps))
  router.post('/users/authenticate', spoken, bearer, authenticateRoute(deps))
}
