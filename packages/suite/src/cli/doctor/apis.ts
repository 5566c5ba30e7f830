import type { AdminDeps } from '@menshen/auth/admin/open'
import { apis } from '@menshen/auth/stores/apis'
import { type Diagnosis, fine, messageOf, warning } from './diagnosis.ts'

const patience = 3000 // milliseconds

/** Whether the registered APIs answer at the addresses that tokens name them by. */
export async function apiDiagnoses({ database }: AdminDeps): Promise<Diagnosis[]> {
  const registered = await database.collection(apis).list({}, { orderBy: 'resource' })
  const onTheWeb = registered.filter(({ resource }) => /^https?:/.test(resource))
  return Promise.all(onTheWeb.map(({ name, resource }) => apiDiagnosis(name, resource)))
}

/** What an answer of `/readyz` names as not there. */
function lacksOf(body: string): string[] {
  try {
    const { unavailable, degraded } = JSON.parse(body)
    return [unavailable, degraded].flat().filter((name) => typeof name === 'string')
  } catch {
    return [body.slice(0, 200)]
  }
}

async function apiDiagnosis(name: string, resource: string): Promise<Diagnosis> {
  const check = `api ${name}`
  try {
    const response = await fetch(`${resource}/readyz`, { signal: AbortSignal.timeout(patience), redirect: 'error' })
    if (response.status === 404) return fine(check, `${resource} answers`)
    const lacks = lacksOf(await response.text())
    if (response.ok && lacks.length === 0) return fine(check, `${resource} is ready`)
    const state = response.ok ? 'serves' : `answers ${response.status}`
    return warning(check, `${resource} ${state} and lacks ${lacks.join(', ') || 'something'}`, 'see the log of this API')
  } catch (error) {
    return warning(
      check,
      `${resource}: ${messageOf(error)}`,
      'start it, or correct its resource; one that is elsewhere need not answer here',
    )
  }
}
