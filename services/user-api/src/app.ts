import { createApi } from '@menshen/shared/api/api'
import { createResourceApp } from '@menshen/shared/http/resource-service'
import type Koa from 'koa'
import type { UserApiDeps } from './deps.ts'
import { ownProfileOperations } from './routes/me.ts'
import { peopleOperations } from './routes/people.ts'

/** The whole of user-api on one page: what it offers; the middleware around it is that of every resource service. */
export function createApp(deps: UserApiDeps): Koa {
  const operations = [...ownProfileOperations(deps), ...peopleOperations(deps)]
  return createResourceApp({ ...deps, routes: createApi({ ...userApi, operations }, deps) })
}

const userApi = {
  title: 'user-api',
  version: '1.0.0',
  description:
    'People, as the suite knows them. Name, picture and the other standard claims belong to the account and are mirrored from auth; headline, bio, skills, links and visibility are written here. A profile comes with its account, and if that is late, with the first call of its person.',
  scopes: {
    'user:read': 'See your profile, and what others show',
    'user:write': 'Change your profile',
    'user:list': 'List the people of the suite',
  },
}
