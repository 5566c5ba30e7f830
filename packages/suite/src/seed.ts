import { type ApplyDocument, applyDocument } from '@menshen/auth/admin/apply'
import { usernameId } from '@menshen/auth/core/identifiers'
import type { AuthDeps } from '@menshen/auth/deps'
import { apis as apiRecords } from '@menshen/auth/stores/apis'
import { seedOpenApi } from '@menshen/open-api/seed'
import { seedProjectApi } from '@menshen/project-api/seed'
import type { Clock } from '@menshen/shared/clock'
import type { Database } from '@menshen/shared/storage'
import type { Account } from '@menshen/user-api/events'
import { seedUserApi } from '@menshen/user-api/seed'

export interface SeedDeps {
  document: ApplyDocument
  auth: AuthDeps
  userApi: Database
  projectApi: Database
  openApi: Database
  clock: Clock
}

/** Puts the demo's people, apps and records in; people and records that are there already stay as they are, apps follow their addresses. */
export async function seedDemo({ document, auth, userApi, projectApi, openApi, clock }: SeedDeps): Promise<void> {
  await forgetMovedApis(document, auth)
  await applyDocument(
    { ...document, users: await missingUsers(document, auth) },
    { ...auth, actor: 'demo', openVault: async () => auth.vault },
  )
  const [alice, bob] = await Promise.all(['alice', 'bob'].map((username) => subOf(username, auth)))
  const people = { alice, bob } as { alice: string; bob: string }
  await Promise.all([
    seedUserApi(userApi, { alice: await accountOf(people.alice, auth), bob: await accountOf(people.bob, auth) }, clock),
    seedProjectApi(projectApi, people, clock),
    seedOpenApi(openApi, people, clock),
  ])
}

async function missingUsers({ users = [] }: ApplyDocument, auth: AuthDeps): Promise<ApplyDocument['users']> {
  const known = await Promise.all(users.map(({ username }) => auth.users.identify(usernameId(username))))
  return users.filter((_, i) => !known[i])
}

/** An API of the demo that was started on another port before: its scopes are wanted at the new address. */
async function forgetMovedApis({ apis: wanted = [] }: ApplyDocument, { database, apis }: AuthDeps): Promise<void> {
  const known = await apis.all()
  const moved = known.filter((api) => wanted.some(({ name, resource }) => api.name === name && api.resource !== resource))
  await Promise.all(moved.map(({ resource }) => database.collection(apiRecords).remove({ resource })))
}

async function subOf(username: string, { users }: AuthDeps): Promise<string> {
  const identifier = await users.identify(usernameId(username))
  if (!identifier) throw new Error(`the demo has no ${username}`)
  return identifier.sub
}

/** The account as auth tells of it: the profile does not wait for an event. */
async function accountOf(sub: string, { users }: AuthDeps): Promise<Account> {
  const user = await users.find(sub)
  if (!user) throw new Error(`the demo has no ${sub}`)
  return user
}
