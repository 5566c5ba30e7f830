import { expect, test } from '@jest/globals'
import { deleteUser } from '@menshen/auth/admin/delete-user'
import { findUser } from '@menshen/auth/admin/find-user'
import { openAdmin } from '@menshen/auth/admin/open'
import { loadAuthConfig } from '@menshen/auth/config'
import { learningRecords } from '@menshen/open-api/stores/learning-records'
import { memberships } from '@menshen/project-api/stores/memberships'
import { until } from '@menshen/shared/events/contract'
import { type AnyDefinition, type Database, openDatabase } from '@menshen/shared/storage'
import { onRabbit } from '@menshen/shared/testing/brokers'
import { testMongoUrl, testSqliteUrl } from '@menshen/shared/testing/databases'
import { databaseUrlOf, type ServiceName } from '@menshen/suite/database-urls'
import { profiles } from '@menshen/user-api/stores/profiles'
import { startProcesses } from '../support/processes.ts'
import { suiteSecretsKey } from '../support/secrets-key.ts'

onRabbit('deletion', (freshUrl) => {
  test('who is deleted is forgotten by services in processes of their own, also by one that was dead at that moment', async () => {
    const base = testMongoUrl() ?? testSqliteUrl().replace('/test.db', '')
    const suite = await startProcesses({ databaseUrl: base, eventsUrl: freshUrl(), each: 1 })
    const opened: Array<{ close(): Promise<void> }> = []
    const open = async (service: ServiceName, collections: readonly AnyDefinition[]): Promise<Database> => {
      const database = await openDatabase(databaseUrlOf(base, service), { collections })
      opened.push(database)
      return database
    }
    try {
      const admin = await openAdmin(
        loadAuthConfig({ DATABASE_URL: databaseUrlOf(base, 'auth'), SECRETS_KEY: suiteSecretsKey, UV_THREADPOOL_SIZE: '8' }),
      )
      opened.push(admin)
      const people = (await open('user-api', [profiles])).collection(profiles)
      const members = (await open('project-api', [memberships])).collection(memberships)
      const records = (await open('open-api', [learningRecords])).collection(learningRecords)
      const { sub } = await findUser('alice', admin)
      const known = async () => ({
        name: (await people.find({ sub }))?.preferred_username,
        projects: (await members.list({ sub })).length > 0,
        learned: (await records.list({ sub })).length > 0,
      })
      expect(await known()).toEqual({ name: 'alice', projects: true, learned: true })

      const [userApi] = suite.processes['user-api']
      await userApi?.kill()
      await deleteUser('alice', admin)
      await until(async () => !(await known()).projects && !(await known()).learned)
      expect(await known()).toEqual({ name: 'alice', projects: false, learned: false })
      await userApi?.start()
      await until(async () => (await known()).name === null)
      expect(await people.find({ sub })).toMatchObject({ claims: {}, hidden: 'deleted' })
    } finally {
      for (const one of opened) await one.close()
      await suite.stop()
    }
  }, 120_000)
})
