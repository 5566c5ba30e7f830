import type { AdminDeps } from '@menshen/auth/admin/open'
import type { Context } from '../command.ts'
import { apiDiagnoses } from './apis.ts'
import { clientDiagnoses } from './clients.ts'
import { type Diagnosis, failure, fine, messageOf, warning } from './diagnosis.ts'
import { eventsDiagnosis } from './events.ts'
import { issuerDiagnoses } from './issuer.ts'
import { settingsDiagnoses } from './settings.ts'

export type { Diagnosis } from './diagnosis.ts'

/** All checks one after the other; one that fails stops no other, but what rests on it. */
export async function diagnose(context: Context): Promise<Diagnosis[]> {
  const settings = settingsDiagnoses(context.env)
  if (settings.some(({ state }) => state === 'failure')) return settings
  const { admin, diagnoses } = await openDatabase(context)
  const ofDatabase = admin
    ? [await secretsDiagnosis(admin), ...(await clientDiagnoses(admin)), ...(await apiDiagnoses(admin))]
    : []
  const events = await eventsDiagnosis(context.config().eventsUrl)
  return [...settings, ...diagnoses, events, ...(await issuerDiagnoses(context.config(), admin)), ...ofDatabase]
}

async function openDatabase(context: Context): Promise<{ admin: AdminDeps | undefined; diagnoses: Diagnosis[] }> {
  const where = context.config().databaseUrl.replace(/\/\/.*@/s, '//***@')
  try {
    const admin = await context.admin({ readOnly: true })
    await admin.database.ping()
    return { admin, diagnoses: [fine('database', where)] }
  } catch (error) {
    const todo = 'see that DATABASE_URL names it, that it runs, and that this user may write there'
    return { admin: undefined, diagnoses: [failure('database', messageOf(error), todo)] }
  }
}

/** Whether SECRETS_KEY is the one that the signing keys were sealed with. */
async function secretsDiagnosis(admin: AdminDeps): Promise<Diagnosis> {
  try {
    const keys = await admin.database.collection(await signingKeys()).list({})
    await admin.openVault()
    return keys.length > 0
      ? fine('secrets', `SECRETS_KEY opens the ${keys.length} signing keys`)
      : warning('secrets', 'there are no signing keys yet', 'start auth: it makes them')
  } catch (error) {
    return failure(
      'secrets',
      messageOf(error),
      'set the SECRETS_KEY that this database was first started with, or SECRETS_FILE to its file',
    )
  }
}

const signingKeys = async () => (await import('@menshen/auth/stores/keys')).keys
