import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { clients } from '../src/stores/clients.ts'
import { reportJob } from './support/people.ts'
import { startAuth, type TestAuth } from './support/start-auth.ts'

let auth: TestAuth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const statusOfToken = async () => (await auth.token(reportJob, { grant_type: 'client_credentials' })).status
const setGrants = (grant_types: string[]) =>
  auth.database.collection(clients).update({ client_id: reportJob.client_id }, { set: { grant_types } })

test('a client that was changed by another process is seen as it was for 5 seconds at most', async () => {
  expect(await statusOfToken()).toBe(200)
  await setGrants([])
  auth.clock.advance(4999)
  expect(await statusOfToken()).toBe(200)
  auth.clock.advance(2)
  expect(await statusOfToken()).toBe(400)
})

test('an event drops it at once', async () => {
  await setGrants(['client_credentials'])
  await auth.bus.publish({
    specversion: '1.0',
    id: '1',
    source: 'test',
    type: 'client.updated',
    subject: reportJob.client_id,
    time: '',
    data: {},
  })
  await new Promise(setImmediate)
  expect(await statusOfToken()).toBe(200)
})
