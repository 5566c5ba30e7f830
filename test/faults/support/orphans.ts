import { authorizationCodes } from '@menshen/auth/stores/authorization-codes'
import { grants } from '@menshen/auth/stores/grants'
import { schema } from '@menshen/auth/stores/index'
import { refreshTokens } from '@menshen/auth/stores/refresh-tokens'
import { users } from '@menshen/auth/stores/users'
import { openDatabase } from '@menshen/shared/storage'
import { databaseUrlOf } from '@menshen/suite/database-urls'

/** How many records of auth lack what they rest on: codes and refresh tokens their Grant, Grants their person. */
export async function orphansIn(databaseUrl: string): Promise<Record<string, number>> {
  const database = await openDatabase(databaseUrlOf(databaseUrl, 'auth'), { schema })
  const [people, granted, codes, tokens] = await Promise.all([
    database.collection(users).list({}),
    database.collection(grants).list({}),
    database.collection(authorizationCodes).list({}),
    database.collection(refreshTokens).list({}),
  ])
  await database.close()
  const subs = new Set(people.map(({ sub }) => sub))
  const ids = new Set(granted.map(({ grant_id }) => grant_id))
  const without = (records: readonly { grant_id: string }[]) => records.filter(({ grant_id }) => !ids.has(grant_id)).length
  return { codes: without(codes), tokens: without(tokens), grants: granted.filter(({ sub }) => !subs.has(sub)).length }
}
