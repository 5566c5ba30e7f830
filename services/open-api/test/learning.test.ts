import { expect, test } from '@jest/globals'
import { onEachDatabase, resourceContract, startResource, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { loadOpenApiConfig } from '../src/config.ts'
import { seedOpenApi } from '../src/seed.ts'
import { startOpenApi } from '../src/start.ts'
import { type LearningRecord, learningRecordId, learningRecords } from '../src/stores/learning-records.ts'

const openApi = { load: loadOpenApiConfig, start: startOpenApi }
const scope = 'learning:read'
const people = { alice: 'alice', bob: 'bob' }
const HOUR = 3_600_000

type Api = Awaited<ReturnType<typeof startResource>>

let made = 0
/** Adds a record of alice, finished now unless said otherwise. */
async function study(api: Api, fields: Partial<LearningRecord> = {}): Promise<void> {
  const lessonId = `lesson-${++made}`
  const now = api.clock.now()
  const record = { sub: 'alice', lessonId, kind: 'lesson', seconds: 60, finishedAt: now, updatedAt: now, ...fields } as const
  await api.database.collection(learningRecords).insert({ id: learningRecordId(record.sub, lessonId), ...record })
}

const summary = async (api: Api, claims = {}) => (await api.get('/learning/summary', { scope, ...claims })).body
const streak = async (api: Api) => (await summary(api)).streak_days

stopAfterEach()
resourceContract(openApi, { path: '/learning/summary', scope })

test('a token that a client got for itself is told that it speaks for no person', async () => {
  const api = await startResource(openApi)
  expect(await api.get('/v1/learning/summary', { scope, sub: 'bookshop' })).toMatchObject({
    status: 403,
    body: { type: '/docs/errors#forbidden', detail: 'the token speaks for no person: a client got it for itself' },
  })
  expect(await api.get('/learning/summary', { scope, sub: 'bookshop', grant_id: 'g1' })).toMatchObject({ status: 200 })
})

test('who has learnt nothing yet has a summary of nothing', async () => {
  expect(await summary(await startResource(openApi))).toEqual({
    lessons_finished: 0,
    videos_finished: 0,
    minutes: 0,
    streak_days: 0,
    updated_at: null,
  })
})

test('minutes are whole and count what is not finished; only what is finished counts as such', async () => {
  const api = await startResource(openApi)
  await study(api, { seconds: 100 })
  await study(api, { seconds: 30, kind: 'video' })
  api.clock.advance(HOUR)
  await study(api, { seconds: 109, finishedAt: null })
  expect(await summary(api)).toEqual({
    lessons_finished: 1,
    videos_finished: 1,
    minutes: 3,
    streak_days: 1,
    updated_at: '2026-01-01T01:00:00.000Z',
  })
})

test('a streak counts days in UTC, waits a day for the next, and ends after a day without', async () => {
  const api = await startResource(openApi) // at midnight
  await study(api)
  api.clock.advance(23 * HOUR)
  await study(api)
  expect(await streak(api)).toBe(1)
  api.clock.advance(HOUR) // the second day
  expect(await streak(api)).toBe(1)
  await study(api, { kind: 'video' })
  expect(await streak(api)).toBe(2)
  api.clock.advance(47 * HOUR) // the end of the third
  expect(await streak(api)).toBe(2)
  api.clock.advance(HOUR)
  await study(api, { finishedAt: null })
  expect(await streak(api)).toBe(0)
})

onEachDatabase((databaseUrl) => {
  test('everybody gets the summary of their own learning, the same with and without a version', async () => {
    const api = await startResource(openApi, databaseUrl())
    await seedOpenApi(api.database, people, api.clock)
    const [alice, bob] = [await summary(api), await summary(api, { sub: 'bob' })]
    expect(alice).toEqual({
      lessons_finished: 20,
      videos_finished: 11,
      minutes: 837,
      streak_days: 9,
      updated_at: '2026-01-01T00:00:00.000Z',
    })
    expect(bob).toMatchObject({ lessons_finished: 4, videos_finished: 2, streak_days: 2 })
    expect((await api.get('/v1/learning/summary', { scope })).body).toEqual(alice)
  })

  test('the seed changes nothing the second time, nor what people have learnt since', async () => {
    const api = await startResource(openApi, databaseUrl())
    const records = api.database.collection(learningRecords)
    await seedOpenApi(api.database, people, api.clock)
    await records.update({ sub: 'alice', finishedAt: null }, { set: { finishedAt: api.clock.now(), seconds: 3600 } })
    const left = await records.list({}, { orderBy: 'id' })
    api.clock.advance(60_000)
    await seedOpenApi(api.database, people, api.clock)
    expect(await records.list({}, { orderBy: 'id' })).toEqual(left)
  })
})
