import { expect, test } from '@jest/globals'
import { schema as auth } from '@menshen/auth/stores/index'
import { schema as openApi } from '@menshen/open-api/deps'
import { schema as projectApi } from '@menshen/project-api/deps'
import type { Schema } from '@menshen/shared/storage'
import { fingerprintOf } from '@menshen/shared/storage/schema'
import { schema as userApi } from '@menshen/user-api/deps'

const versionOf = (schema: Schema) => `${schema.service} ${schema.version} ${fingerprintOf(schema)}`

/** Changed one of these? Count the version of that schema up, and write the new line here. */
test('who changes the tables or indexes of a service gives its schema a new version', () => {
  expect([auth, userApi, projectApi, openApi].map(versionOf)).toEqual([
    'auth 2 30fb0c2fe770dde6',
    'user-api 1 89ef6305b026982d',
    'project-api 1 3a8919160d873a63',
    'open-api 1 7d58116e5e50f327',
  ])
})
