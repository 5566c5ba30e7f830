import { randomBytes } from 'node:crypto'
import { applyDocument } from '@menshen/auth/admin/apply'
import { openAdmin } from '@menshen/auth/admin/open'
import { loadAuthConfig } from '@menshen/auth/config'
import { databaseUrlOf } from '@menshen/suite/database-urls'
import { suiteSecretsKey } from '../../../test/support/secrets-key.ts'

/** Puts people into the database of a suite, as `menshen apply` does. */
export async function addPeople(databaseUrl: string, count: number) {
  const users = Array.from({ length: count }, () => ({
    username: `person-${randomBytes(6).toString('hex')}`,
    password: randomBytes(12).toString('base64url'),
    name: 'Somebody of the Bench',
    email: `${randomBytes(6).toString('hex')}@example.com`,
    email_verified: true,
  }))
  const config = loadAuthConfig({ SECRETS_KEY: suiteSecretsKey, DATABASE_URL: databaseUrlOf(databaseUrl, 'auth') })
  const admin = await openAdmin(config)
  try {
    await applyDocument({ users }, admin)
  } finally {
    await admin.close()
  }
  return users
}
