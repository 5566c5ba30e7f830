import { expect } from '@jest/globals'
import { type Call, startResource } from '@menshen/shared/testing/resource-service'
import { loadUserApiConfig } from '../../src/config.ts'
import { schema } from '../../src/deps.ts'
import type { Account } from '../../src/events.ts'
import { startUserApi } from '../../src/start.ts'
import { profiles } from '../../src/stores/profiles.ts'

export const userApi = { load: loadUserApiConfig, start: startUserApi, schema }

/** What auth tells: the type of the event and its data. */
export type Told = [type: 'created' | 'updated' | 'disabled' | 'enabled' | 'deleted', data: Partial<Account> & { sub: string }]

const eventOf = ([type, data]: Told) => ({
  specversion: '1.0' as const,
  id: `${data.sub} ${type} ${data.version}`,
  source: 'menshen/auth',
  type: `user.${type}`,
  subject: data.sub,
  time: '2026-01-01T00:00:00.000Z',
  data,
})

/** The account of a person, by their `sub`. */
export const account = (sub: string, changes: Partial<Account> = {}): Account => ({
  sub,
  preferred_username: sub,
  claims: { name: `${sub} of the suite` },
  version: 1,
  ...changes,
})

/** user-api, called with all scopes by alice unless the claims say otherwise. */
export async function startUsers(databaseUrl?: string) {
  const api = await startResource(userApi, databaseUrl)
  const person = (sub: string) => ({ sub, scope: 'user:read user:write' })
  const call = (method: string, path: string, given: Call = {}) =>
    api.call(method, path, { ...given, claims: { ...person('alice'), ...given.claims } })
  const readMe = async (sub = 'alice', scope = 'user:read') => (await call('GET', '/users/me', { claims: { sub, scope } })).body
  const write = (body: unknown, { sub = 'alice', version = '*' } = {}) =>
    call('PATCH', '/users/me', { body, headers: { 'if-match': version }, claims: { sub } })

  return {
    ...api,
    call,
    readMe,
    write,
    /** A server of the suite asks. */
    list: (query = '') => api.get(`/users${query}`, { sub: 'report-job', client_id: 'report-job', scope: 'user:list' }),
    /** Tells what auth tells, all at once. */
    tell: (...events: Told[]) => Promise.all(events.map((told) => api.bus.publish(eventOf(told)))),
    records: () => api.database.collection(profiles).list({}),
  }
}

export const problem = (status: number, slug: string, field?: string) => ({
  status,
  body: { type: `/docs/errors#${slug}`, ...(field !== undefined && { errors: [expect.objectContaining({ field })] }) },
})
