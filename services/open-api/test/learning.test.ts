import { expect, test } from '@jest/globals'
import { onEachDatabase, resourceContract, startResource, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { loadOpenApiConfig } from '../src/config.ts'
import { schema } from '../src/deps.ts'
import { seedOpenApi } from '../src/seed.ts'
import { startOpenApi } from '../src/start.ts'
import { type LearningRecord, learningRecordId, learningRecords } from '../src/stores/learning-records.ts'
import { people as accounts } from '../src/stores/people.ts'

const openApi = { load: loadOpenApiConfig, start: startOpenApi, schema }
const scope = 'learning:read'
const people = { alice: 'alice', bob: 'bob' }
const HOUR = 3_600_000

type Api = Awaited<ReturnType<typeof startResource>>

let made = 0
/** Adds a record of alice, finished now unless said otherwise. */
async function study(api: Api, fields: Partial<LearningRecord> = {}): Promise<void> {
  const lessonId = `lesson-${++made}`
  const now = api.clock.now()
  const place = { courseId: 'course', kind: 'lesson', position: null } as const
  const record = { sub: 'alice', lessonId, ...place, seconds: 60, finishedAt: now, updatedAt: now, version: 1, ...fields }
  await api.database.collection(learningRecords).insert({ id: learningRecordId(record.sub, lessonId), ...record })
}

const accountEvent = (type: string, data: object) => ({
  specversion: '1.0' as const,
  id: `${++made}`,
  source: 'auth',
  type,
  subject: 'alice',
  time: '2026-01-01T00:00:00Z',
  data: { sub: 'alice', preferred_username: 'alice', claims: {}, ...data },
})

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

test.each([
  ['of the request', '?time_zone=Asia/Shanghai', undefined],
  ['of the account', '', 'Asia/Shanghai'],
])('days begin at midnight of the time zone %s', async (_whose, query, zoneinfo) => {
  const api = await startResource(openApi) // at midnight UTC, at eight in Shanghai
  if (zoneinfo) await api.bus.publish(accountEvent('user.created', { version: 1, claims: { zoneinfo } }))
  const hour = (hours: number) => api.clock.now() + hours * HOUR
  await study(api, { finishedAt: hour(-9) }) // 23:00 of the day before in Shanghai, the same day in UTC as -1
  await study(api, { finishedAt: hour(-7) }) // 01:00 of this day in Shanghai
  expect((await api.get(`/v1/learning/summary${query}`, { scope })).body.streak_days).toBe(2)
  expect((await api.get('/v1/learning/summary?time_zone=UTC', { scope })).body.streak_days).toBe(1)
})

test('a day of 23 or 25 hours is one day of a streak', async () => {
  const api = await startResource(openApi)
  api.clock.advance(Date.parse('2026-03-30T10:00:00Z') - api.clock.now())
  for (const day of ['2026-03-28T22:30:00Z', '2026-03-28T23:30:00Z', '2026-03-29T22:30:00Z'])
    await study(api, { finishedAt: Date.parse(day) })
  const { body } = await api.get('/v1/learning/summary?time_zone=Europe/Berlin', { scope }) // 23:30 on the 28th, 00:30 on the 29th, 00:30 on the 30th
  expect(body.streak_days).toBe(3)
})

test.each(['Nowhere/Town', '+08:00', '', 'Asia/Shanghai&time_zone=UTC'])(
  'a time zone that is none is refused by name: %s',
  async (zone) => {
    const api = await startResource(openApi)
    expect(await api.get(`/v1/learning/summary?time_zone=${encodeURI(zone)}`, { scope })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'time_zone' }] },
    })
  },
)

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
  const seeded = async () => {
    const api = await startResource(openApi, databaseUrl())
    await seedOpenApi(api.database, people, api.clock)
    const put = (lessonId: string, body: unknown, claims = {}) =>
      api.call('PUT', `/v1/learning/records/${lessonId}`, { body, claims: { scope: 'learning:write', ...claims } })
    return { ...api, put }
  }

  test('everybody gets the summary of their own learning, the same with and without a version', async () => {
    const api = await seeded()
    const [alice, bob] = [await summary(api), await summary(api, { sub: 'bob' })]
    expect(alice).toEqual({
      lessons_finished: 14,
      videos_finished: 10,
      minutes: 608,
      streak_days: 9,
      updated_at: '2026-01-01T00:00:00.000Z',
    })
    expect(bob).toMatchObject({ lessons_finished: 5, videos_finished: 2 })
    expect((await api.get('/v1/learning/summary', { scope })).body).toEqual(alice)
    expect(await summary(api, { sub: 'carol' })).toMatchObject({ lessons_finished: 0, updated_at: null })
  })

  test.each([0, 90_000, 210_000, 43_200_000])(
    'the demo people have their streaks whenever they are made: %d ms after midnight',
    async (after) => {
      const api = await startResource(openApi, databaseUrl())
      api.clock.advance(after)
      await seedOpenApi(api.database, people, api.clock)
      expect([await streak(api), (await summary(api, { sub: 'bob' })).streak_days]).toEqual([9, 2])
    },
  )

  test('the seed changes nothing the second time, nor what people have learnt since', async () => {
    const api = await seeded()
    const records = api.database.collection(learningRecords)
    await records.update({ sub: 'alice', finishedAt: null }, { set: { finishedAt: api.clock.now(), seconds: 3600 } })
    const left = await records.list({}, { orderBy: 'id' })
    api.clock.advance(60_000)
    await seedOpenApi(api.database, people, api.clock)
    expect(await records.list({}, { orderBy: 'id' })).toEqual(left)
  })

  test('the catalogue is open to a client without a person, in its language, page by page and filtered', async () => {
    const api = await seeded()
    const asClient = { scope, sub: 'report-job', client_id: 'report-job' }
    const { body } = await api.get('/v1/learning/courses', asClient)
    expect(body.items).toHaveLength(8)
    expect(body.items[0]).toEqual({
      id: 'interaction-design',
      title: 'Interaction design',
      description: expect.any(String),
      level: 'beginner',
      subject: 'design',
      lessons: 5,
      videos: 3,
      minutes: 215,
    })
    const chinese = await api.call('GET', '/v1/learning/courses?limit=1', {
      claims: asClient,
      headers: { 'accept-language': 'zh-TW, en;q=0.5' },
    })
    expect(chinese.body.items[0].title).toBe('交互设计')
    expect(chinese.headers.get('content-language')).toBe('zh-CN')
    expect((await api.get('/v1/learning/courses?locale=zh-CN&subject=security', asClient)).body.items).toMatchObject([
      { title: '可靠的登录' },
    ])
    expect((await api.get('/v1/learning/courses?level=beginner&subject=teamwork', asClient)).body.items).toHaveLength(2)

    const first = await api.get('/v1/learning/courses?limit=5&level=beginner', asClient)
    const second = await api.get(`/v1/learning/courses?limit=5&level=beginner&cursor=${first.body.next}`, asClient)
    expect([first.body.items.length, first.body.next, second.body.items?.length]).toEqual([5, undefined, undefined])
  })

  test('a course tells its contents; the progress in it is only that of the person who allowed it', async () => {
    const api = await seeded()
    const course = await api.get('/v1/learning/courses/secure-sign-in', { scope })
    expect(course.body.contents).toHaveLength(7)
    const progress = async (sub: string) => (await api.get('/v1/learning/courses/secure-sign-in/progress', { scope, sub })).body
    expect(await progress('alice')).toMatchObject({
      finished: 2,
      total: 7,
      percent: 28,
      minutes: 61,
      next_lesson_id: 'secure-sign-in-3',
    })
    expect(await progress('bob')).toMatchObject({ finished: 0, percent: 0, minutes: 0, next_lesson_id: 'secure-sign-in-1' })
    for (const path of ['/v1/learning/courses/none', '/v1/learning/courses/none/progress'])
      expect(await api.get(path, { scope })).toMatchObject({ status: 404 })
    expect(await api.get('/v1/learning/courses/No!', { scope })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'courseId' }] },
    })
  })

  test('the history has the latest first, with titles, and its pages follow each other', async () => {
    const api = await seeded()
    const seen: { updated_at: string; lesson_id: string }[] = []
    let path: string | undefined = '/v1/learning/history?limit=10&locale=zh-CN'
    while (path) {
      const { body, headers } = await api.get(path, { scope })
      seen.push(...body.items)
      path = /^<https:\/\/api\.example(.*)>/.exec(headers.get('link') ?? '')?.[1]
    }
    expect(seen).toHaveLength(26)
    expect(new Set(seen.map(({ lesson_id }) => lesson_id)).size).toBe(26)
    expect(seen.map(({ updated_at }) => updated_at)).toEqual(
      seen
        .map(({ updated_at }) => updated_at)
        .sort()
        .reverse(),
    )
    expect(seen.find(({ lesson_id }) => lesson_id === 'secure-sign-in-1')).toMatchObject({
      title: '多个应用，一处登录',
      kind: 'video',
    })
  })

  test('what is written down the same again changes nothing; the first finish counts, and the furthest place', async () => {
    const api = await seeded()
    const first = await api.put('typescript-1', { position: 95 })
    expect(first).toMatchObject({
      status: 200,
      body: { kind: 'video', position: 95, finished_at: null, updated_at: '2026-01-01T00:00:00.000Z' },
    })
    api.clock.advance(60_000)
    expect((await api.put('typescript-1', { position: 95 })).body).toEqual(first.body)
    expect((await api.put('typescript-1', { position: 30, finished: true })).body).toMatchObject({
      position: 30,
      finished_at: '2026-01-01T00:01:00.000Z',
    })
    api.clock.advance(60_000)
    expect((await api.put('typescript-1', { finished: true })).body.finished_at).toBe('2026-01-01T00:01:00.000Z')
    expect((await api.put('typescript-1', { position: 0 })).body).toMatchObject({
      position: 0,
      finished_at: '2026-01-01T00:01:00.000Z',
    })
    expect(await summary(api)).toMatchObject({ videos_finished: 11, minutes: 608 + 14 })
  })

  test('twenty at once finish a lesson once', async () => {
    const api = await seeded()
    await Promise.all(Array.from({ length: 20 }, (_, i) => api.put('typescript-1', i % 2 ? { finished: true } : { position: i })))
    expect(await summary(api)).toMatchObject({ videos_finished: 11 })
    expect(await api.database.collection(learningRecords).list({ sub: 'alice', lessonId: 'typescript-1' })).toMatchObject([
      { finishedAt: api.clock.now(), seconds: 14 * 60 },
    ])
  })

  test.each([
    ['a place in a lesson', 'typescript-2', { position: 5 }, 'position'],
    ['a place beyond the end', 'typescript-1', { position: 841 }, 'position'],
    ['a place before the beginning', 'typescript-1', { position: -1 }, 'position'],
    ['a finish taken back', 'typescript-1', { finished: false }, 'finished'],
    ['nothing', 'typescript-1', {}, ''],
    ['an unknown field', 'typescript-1', { seconds: 5 }, 'seconds'],
  ])('%s is refused by name', async (_what, lesson, body, field) => {
    const api = await seeded()
    expect(await api.put(lesson, body)).toMatchObject({ status: 400, body: { errors: [{ field }] } })
    expect(await api.database.collection(learningRecords).list({ sub: 'alice', courseId: 'typescript' })).toEqual([])
  })

  test('a record of a lesson that is not there is not found; one without learning:write is refused', async () => {
    const api = await seeded()
    expect(await api.put('typescript-99', { finished: true })).toMatchObject({ status: 404 })
    expect(await api.put('typescript-1', { finished: true }, { scope })).toMatchObject({
      status: 403,
      body: { title: 'The access token does not allow this' },
    })
  })

  test('whose account was deleted is forgotten, and an older event brings nothing back', async () => {
    const api = await seeded()
    await api.bus.publish(accountEvent('user.deleted', { version: 3 }))
    expect(await summary(api)).toMatchObject({ lessons_finished: 0, updated_at: null })
    await api.bus.publish(accountEvent('user.updated', { version: 2, claims: { zoneinfo: 'Asia/Shanghai' } }))
    expect(await api.database.collection(accounts).find({ sub: 'alice' })).toMatchObject({ zoneinfo: null, version: 3 })
    expect(await api.put('typescript-1', { finished: true })).toMatchObject({ status: 403 })
    expect(await summary(api, { sub: 'bob' })).toMatchObject({ lessons_finished: 5 })
  })

  test('what is written down while an account is deleted does not stay', async () => {
    const api = await seeded()
    const written = Array.from({ length: 10 }, (_, i) => api.put('typescript-1', { position: i }))
    await Promise.all([...written, api.bus.publish(accountEvent('user.deleted', { version: 3 }))])
    expect(await api.put('typescript-1', { finished: true })).toMatchObject({
      status: 403,
      body: { type: '/docs/errors#forbidden', detail: 'the account was deleted' },
    })
    expect(await api.database.collection(learningRecords).list({ sub: 'alice' })).toEqual([])
  })
})
