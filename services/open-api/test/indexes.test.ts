import { test } from '@jest/globals'
import { systemClock } from '@menshen/shared/clock'
import { openDatabase } from '@menshen/shared/storage'
import { onMongo, testSqliteUrl } from '@menshen/shared/testing/databases'
import { expectFromIndex, watchLists } from '@menshen/shared/testing/query-plan'
import { collections } from '../src/deps.ts'
import { seedOpenApi } from '../src/seed.ts'
import { createCourseStore } from '../src/stores/courses.ts'
import { createLearningRecordStore } from '../src/stores/learning-records.ts'

function suite(freshUrl: () => string): void {
  test('every list is read from an index, in its order', async () => {
    const url = freshUrl()
    const database = watchLists(await openDatabase(url, { collections }))
    await seedOpenApi(database, { alice: 'alice', bob: 'bob' })
    const [courses, records] = [createCourseStore(database), createLearningRecordStore({ database, clock: systemClock })]

    for (const after of [undefined, [1, 'x'] as const]) {
      const page = { limit: 20, after }
      for (const level of [undefined, 'beginner'] as const)
        for (const subject of [undefined, 'design'] as const) await courses.page({ level, subject }, page)
      await records.page('alice', page)
    }
    await courses.lessonsOf('typescript')
    await records.ofPerson('alice')
    await records.inCourse('alice', 'typescript')

    await database.close()
    for (const list of database.lists) await expectFromIndex(url, list)
  })
}

suite(testSqliteUrl)
onMongo('the lists', suite)
