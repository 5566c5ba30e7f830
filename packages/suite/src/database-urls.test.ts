import { expect, test } from '@jest/globals'
import { authSettings } from '@menshen/auth/config'
import { databaseUrlOf } from './database-urls.ts'

test.each([
  ['sqlite:./.data', 'auth', 'sqlite:./.data/auth.db'],
  ['sqlite:/var/lib/menshen/', 'project-api', 'sqlite:/var/lib/menshen/project-api.db'],
  ['sqlite::memory:', 'open-api', 'sqlite::memory:'],
  ['mongodb://localhost/menshen', 'auth', 'mongodb://localhost/menshen_auth'],
  ['mongodb://localhost:27017', 'auth', 'mongodb://localhost:27017/menshen_auth'],
  ['mongodb://localhost/?replicaSet=rs0', 'user-api', 'mongodb://localhost/menshen_user_api?replicaSet=rs0'],
  [
    'mongodb://u:p%2Fw@one:1,two:2/suite?replicaSet=rs0&tls=true',
    'open-api',
    'mongodb://u:p%2Fw@one:1,two:2/suite_open_api?replicaSet=rs0&tls=true',
  ],
  ['mongodb+srv://cluster.example/menshen?w=majority', 'auth', 'mongodb+srv://cluster.example/menshen_auth?w=majority'],
] as const)('of %s, %s gets %s', (base, service, url) => expect(databaseUrlOf(base, service)).toBe(url))

test('without DATABASE_URL auth alone and the suite use one file', () => {
  expect(databaseUrlOf('sqlite:./.data', 'auth')).toBe(authSettings.databaseUrl.default)
})

test.each(['sqlite:', 'sqlite:./.data/auth.db', 'postgres://localhost/menshen', ''])(
  '%j is refused, and the message shows no password',
  (base) => expect(() => databaseUrlOf(base, 'auth')).toThrow(/^DATABASE_URL must be sqlite:FOLDER/),
)
