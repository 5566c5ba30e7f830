import { expect, test } from '@jest/globals'
import { reportJob } from './report-job.ts'

const addresses = { issuer: 'auth:', userApi: 'user:', projectApi: 'project:', openApi: 'open:' }
const withScope = (scope: string) =>
  reportJob({ addresses, demo: { users: [], clients: [{ client_id: 'report-job', client_secret: 'x', scope }] } })

test('the report job lists the people; with a scope about a person it shows the refusal', () => {
  expect(withScope('project:read user:list').steps[1]?.sentence).toContain('gets the people')
  for (const scope of ['project:read', 'learning:read']) expect(withScope(scope).steps[1]?.sentence).toContain('is refused')
})
