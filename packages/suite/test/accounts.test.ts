import { afterEach, expect, test } from '@jest/globals'
import { deleteUser } from '@menshen/auth/admin/delete-user'
import { loadAuthConfig } from '@menshen/auth/config'
import { usernameId } from '@menshen/auth/core/identifiers'
import { startAuth } from '@menshen/auth/start'
import { createFakeClock } from '@menshen/shared/testing/fake-clock'
import { createPatientBus } from '@menshen/shared/testing/patient-bus'
import { testLog } from '@menshen/shared/testing/test-log'
import { loadUserApiConfig } from '@menshen/user-api/config'
import { startUserApi } from '@menshen/user-api/start'
import { createProfileStore } from '@menshen/user-api/stores/profiles'

const env = { PORT: '0', DATABASE_URL: 'sqlite::memory:', SECRETS_KEY: 'the secrets key of the account tests; 32 or more' }
const started: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const stop of started.splice(0)) await stop()
})

/** auth and user-api on one bus. */
async function startBoth() {
  const around = { log: testLog, bus: createPatientBus(), clock: createFakeClock() }
  const auth = await startAuth(loadAuthConfig(env), around)
  const userApi = await startUserApi(loadUserApiConfig(env), around)
  started.push(auth.stop, userApi.stop)
  const profiles = createProfileStore({ ...around, database: userApi.database })

  /** Once an event of this type was told, to user-api before: it subscribed before. */
  const heard = (type: string) =>
    new Promise<void>((resolve) => void around.bus.listen({ handlers: { [type]: () => resolve() } }))

  /** Somebody signs up, and user-api has heard of it. */
  async function signUp(sub: string, preferred_username: string): Promise<void> {
    const told = heard('user.created')
    await auth.deps.users.create({
      sub,
      preferred_username,
      claims: { name: 'A name' },
      identifiers: [usernameId(preferred_username)],
      hash: 'none',
    })
    await told
  }
  return { auth, profiles, signUp, heard }
}

test('who signs up at auth has a profile, with the claims of the account', async () => {
  const { profiles, signUp } = await startBoth()
  await signUp('s1', 'Carol')
  expect(await profiles.find('s1')).toMatchObject({ preferred_username: 'Carol', claims: { name: 'A name' }, accountVersion: 1 })
})

test('who is deleted at auth has no profile any more, and who takes the user name gets one of their own', async () => {
  const { auth, profiles, signUp, heard } = await startBoth()
  await signUp('s1', 'Carol')
  const deleted = heard('user.deleted')
  await deleteUser('carol', { ...auth.deps, actor: 'test' })
  await deleted
  expect(await profiles.find('s1')).toMatchObject({ preferred_username: null, claims: {}, hidden: 'deleted' })
  await signUp('s2', 'carol')
  expect((await profiles.page({ username: 'carol' }, { limit: 5 })).items.map(({ sub }) => sub)).toEqual(['s2'])
})

test('user-api finds a user name, however it is typed, exactly where auth does', async () => {
  const { auth, profiles, signUp } = await startBoth()
  await signUp('s1', 'Straße')
  await signUp('s2', 'ﬁnn')
  await signUp('s3', 'ÅSA')
  await signUp('s4', '门神')
  for (const typed of [
    'straße',
    'STRASSE',
    'STRAẞE',
    'finn',
    'FINN',
    'ﬁnn',
    'åsa',
    'A\u030Asa',
    'Åsa',
    ' 门神 ',
    '門神',
    'nobody',
  ]) {
    const found = await profiles.page({ username: typed }, { limit: 5 })
    const identified = await auth.deps.users.identify(usernameId(typed))
    expect([typed, ...found.items.map(({ sub }) => sub)]).toEqual([typed, ...(identified ? [identified.sub] : [])])
  }
})
