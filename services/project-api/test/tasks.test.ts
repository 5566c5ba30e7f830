import { expect, test } from '@jest/globals'
import { openDatabase } from '@menshen/shared/storage'
import { testSqliteUrl } from '@menshen/shared/testing/databases'
import { onEachDatabase, stopAfterEach } from '@menshen/shared/testing/resource-service'
import { collections } from '../src/deps.ts'
import { rankBetween } from '../src/rank.ts'
import { comments } from '../src/stores/comments.ts'
import { membershipOf, memberships } from '../src/stores/memberships.ts'
import type { Project } from '../src/stores/projects.ts'
import { createTaskStore } from '../src/stores/task-store.ts'
import { tasks } from '../src/stores/tasks.ts'
import { ifMatch, lastOf, notFound, refusal, startProjects } from './project-api.ts'

stopAfterEach()

async function startTasks(databaseUrl?: string) {
  const api = await startProjects(databaseUrl)
  const path = await api.newProject()
  return { ...api, path }
}

test.each([
  ['title', {}],
  ['title', { title: ' ' }],
  ['title', { title: 'x'.repeat(201) }],
  ['description', { title: 'x', description: 'x'.repeat(10_001) }],
  ['state', { title: 'x', state: 'started' }],
  ['assignee', { title: 'x', assignee: 'dave' }],
  ['assignee', { title: 'x', assignee: '' }],
  ['assignee', { title: 'x', assignee: { $ne: '' } }],
  ['dueDate', { title: 'x', dueDate: '2026-02-30' }],
  ['dueDate', { title: 'x', dueDate: '2026-01-31T00:00:00Z' }],
  ['rank', { title: 'x', rank: '1' }],
])('a task with a bad %s is refused by name (%#)', async (field, body) => {
  const api = await startTasks()
  expect(await api.alice('POST', `${api.path}/tasks`, { body })).toMatchObject(refusal(400, 'invalid-request', { field }))
  expect(await api.database.collection(tasks).list({})).toEqual([])
})

test('a cursor of another list is refused by name', async () => {
  const api = await startTasks()
  for (let i = 0; i < 2; i++) await api.newTask(api.path)
  const { body } = await api.alice('GET', `${api.path}/activity?limit=1`)
  expect(await api.alice('GET', `${api.path}/tasks?cursor=${body.next}`)).toMatchObject(
    refusal(400, 'invalid-request', { field: 'cursor' }),
  )
})

test('when the gaps are used up the tasks get new ranks, in the same order', async () => {
  const database = await openDatabase(testSqliteUrl(), { collections })
  const store = createTaskStore(database, { between: rankBetween, longest: 12 })
  const by = membershipOf({ id: 'prj_1', state: 'active' } as Project, 'alice', 'owner', 1)
  await database.collection(memberships).insert(by)
  const rest = { projectId: 'prj_1', title: '', description: '', state: 'todo', assignee: null, dueDate: null } as const
  const made = { ...rest, createdBy: 'alice', createdAt: 1, updatedAt: 1, version: 1, touched: 0 }
  for (const id of ['a', 'c', 'd', 'b']) await store.create({ id, ...made }, by, { assignee: undefined, once: () => [] })

  const order = async () => (await database.collection(tasks).list({}, { orderBy: 'rank' })).map(({ id }) => id).join('')
  const find = async (id: string) => (await store.find('prj_1', id)) as NonNullable<Awaited<ReturnType<typeof store.find>>>
  let spreads = 0
  for (let i = 0; i < 100; i++) {
    const [id, other] = i % 2 ? ['c', 'd'] : ['d', 'c']
    while (!(await store.move(await find(id), by, { side: 'after', of: await find('a') }, 1))) spreads++
    expect(await order()).toBe(`a${id}${other}b`)
  }
  expect(spreads).toBeGreaterThan(0)
  await database.close()
})

onEachDatabase((databaseUrl) => {
  test('a task is made, read and changed by its version', async () => {
    const api = await startTasks(databaseUrl())
    const body = { title: 'Draw', description: 'In two languages', assignee: 'alice', dueDate: '2026-02-28' }
    const made = await api.alice('POST', `${api.path}/tasks`, { body })
    expect(made).toMatchObject({ status: 201, body: { ...body, state: 'todo', createdBy: 'alice' } })
    const path = `${api.path}/tasks/${made.body.id}`
    expect(made.headers.get('location')).toBe(`https://api.example${path}`)
    expect(await api.alice('GET', path)).toMatchObject({ status: 200, body: made.body })
    const change = { state: 'done', assignee: null, dueDate: null }
    expect(await api.alice('PATCH', path, { body: change })).toMatchObject(refusal(428, 'precondition-required'))
    const changed = await api.alice('PATCH', path, { body: change, ...ifMatch(1) })
    expect(changed).toMatchObject({ status: 200, body: { title: 'Draw', ...change } })
    expect(await api.alice('PATCH', path, { body: change, ...ifMatch(1) })).toMatchObject(refusal(412, 'precondition-failed'))
    expect(await api.alice('PATCH', path, { body: { assignee: 'dave' }, ...ifMatch() })).toMatchObject(
      refusal(400, 'invalid-request', { field: 'assignee' }),
    )
    expect(await api.alice('DELETE', path)).toMatchObject({ status: 204 })
    expect(await api.alice('GET', path)).toMatchObject(notFound)
  })

  test('a task of another project is not found, whatever is done to it', async () => {
    const api = await startTasks(databaseUrl())
    const other = await api.newProject()
    const id = lastOf(await api.newTask(other))
    const mine = lastOf(await api.newTask(api.path))
    const path = `${api.path}/tasks/${id}`
    for (const [method, at, given] of [
      ['GET', path, {}],
      ['PATCH', path, { body: { title: 'x' }, ...ifMatch() }],
      ['DELETE', path, {}],
      ['POST', `${path}/move`, { body: { place: 'after', task: mine } }],
      ['GET', `${path}/comments`, {}],
      ['POST', `${path}/comments`, { body: { text: 'x' } }],
    ] as const)
      expect(await api.alice(method, at, given)).toMatchObject(notFound)
    const move = (task: string) => api.alice('POST', `${api.path}/tasks/${mine}/move`, { body: { place: 'after', task } })
    for (const task of [id, mine]) expect(await move(task)).toMatchObject(refusal(400, 'invalid-request', { field: 'task' }))
  })

  test('tasks are listed in their order, in pages and filtered by state and assignee', async () => {
    const api = await startTasks(databaseUrl())
    await api.join(api.path, 'bob', 'viewer')
    await api.newTask(api.path, 'a', { state: 'done', assignee: 'bob' })
    await api.newTask(api.path, 'b', { assignee: 'bob' })
    await api.newTask(api.path, 'c', { state: 'done' })
    expect(await api.titlesIn(api.path)).toEqual(['a', 'b', 'c'])
    expect(await api.titlesIn(api.path, '&state=done')).toEqual(['a', 'c'])
    expect(await api.titlesIn(api.path, '&assignee=bob')).toEqual(['a', 'b'])
    expect(await api.titlesIn(api.path, '&assignee=bob&state=todo')).toEqual(['b'])
    const first = await api.bob('GET', `${api.path}/tasks?limit=2`)
    expect(first.headers.get('link')).toContain('rel="next"')
    expect((await api.bob('GET', `${api.path}/tasks?cursor=${first.body.next}`)).body.items).toMatchObject([{ title: 'c' }])
  })

  test('a task is put before or after another one', async () => {
    const api = await startTasks(databaseUrl())
    const [a, b, c] = [await api.newTask(api.path, 'a'), await api.newTask(api.path, 'b'), await api.newTask(api.path, 'c')]
    const move = async (task: string, place: string, of: string) => {
      expect(await api.alice('POST', `${task}/move`, { body: { place, task: lastOf(of) } })).toMatchObject({ status: 200 })
      return (await api.titlesIn(api.path)).join('')
    }
    expect(await move(c, 'before', a)).toBe('cab')
    expect(await move(c, 'after', a)).toBe('acb')
    expect(await move(a, 'after', b)).toBe('cba')
    expect(await move(a, 'before', b)).toBe('cab')
    expect(await move(a, 'before', b)).toBe('cab')
  })

  test('tasks that are made and moved at once all have a place of their own', async () => {
    const api = await startTasks(databaseUrl())
    const paths = await Promise.all(Array.from({ length: 12 }, (_, i) => api.newTask(api.path, `${i}`)))
    const [first = '', ...rest] = paths
    const body = { place: 'after', task: lastOf(first) }
    const moves = await Promise.all(rest.map((path) => api.alice('POST', `${path}/move`, { body })))
    expect(moves.map(({ status }) => status)).toEqual(Array(11).fill(200))
    const ranks = (await api.database.collection(tasks).list({})).map(({ rank }) => rank)
    expect(new Set(ranks).size).toBe(12)
    const titles = await api.titlesIn(api.path)
    expect(titles[0]).toBe('0')
    expect([...titles].sort()).toEqual(Array.from({ length: 12 }, (_, i) => `${i}`).sort())
  })

  test('twenty at once with one Idempotency-Key make one task', async () => {
    const api = await startTasks(databaseUrl())
    const ask = () => api.alice('POST', `${api.path}/tasks`, { body: { title: 'x' }, headers: { 'idempotency-key': 'k' } })
    const answers = await Promise.all(Array.from({ length: 20 }, ask))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    expect(await api.database.collection(tasks).list({})).toHaveLength(1)
  })

  test('who leaves or is removed has no task any more, also when one is assigned at that moment', async () => {
    const api = await startTasks(databaseUrl())
    for (let round = 0; round < 5; round++) {
      await api.join(api.path, 'bob', 'editor')
      const held = await api.newTask(api.path, 'held', { assignee: 'bob' })
      const free = await api.newTask(api.path, 'free')
      const [assigned, left] = await Promise.all([
        api.alice('PATCH', free, { body: { assignee: 'bob' }, ...ifMatch(1) }),
        api.bob('DELETE', `${api.path}/members/bob`),
      ])
      expect(left).toMatchObject({ status: 204 })
      expect([200, 400]).toContain(assigned.status)
      for (const path of [held, free]) expect(await api.alice('GET', path)).toMatchObject({ body: { assignee: null } })
    }
  })

  test('comments are written by members, and changed and deleted by who wrote them', async () => {
    const api = await startTasks(databaseUrl())
    await api.join(api.path, 'bob', 'viewer')
    const task = await api.newTask(api.path)
    const made = await api.bob('POST', `${task}/comments`, { body: { text: ' 好 ' } })
    expect(made).toMatchObject({ status: 201, body: { author: 'bob', text: '好' } })
    const path = `${task}/comments/${made.body.id}`
    expect(made.headers.get('location')).toBe(`https://api.example${path}`)
    expect(await api.alice('PATCH', path, { body: { text: 'x' }, ...ifMatch(1) })).toMatchObject(refusal(403, 'forbidden'))
    expect(await api.alice('DELETE', path)).toMatchObject(refusal(403, 'forbidden'))
    expect(await api.bob('PATCH', path, { body: { text: '更好' }, ...ifMatch(1) })).toMatchObject({ body: { text: '更好' } })
    expect(await api.bob('PATCH', path, { body: { text: 'x' }, ...ifMatch(1) })).toMatchObject(
      refusal(412, 'precondition-failed'),
    )
    api.clock.advance(1)
    await api.alice('POST', `${task}/comments`, { body: { text: 'second' } })
    const first = await api.alice('GET', `${task}/comments?limit=1`)
    expect(first.body.items).toMatchObject([{ text: '更好' }])
    expect((await api.alice('GET', `${task}/comments?cursor=${first.body.next}`)).body.items).toMatchObject([{ text: 'second' }])
    const other = await api.newTask(api.path)
    expect(await api.bob('GET', `${other}/comments/${made.body.id}`)).toMatchObject(notFound)
    expect(await api.bob('DELETE', path)).toMatchObject({ status: 204 })
    expect(await api.bob('GET', path)).toMatchObject(notFound)
  })

  test('a deleted task takes its comments along, also one that is written at that moment', async () => {
    const api = await startTasks(databaseUrl())
    for (let round = 0; round < 5; round++) {
      const task = await api.newTask(api.path)
      const [written] = await Promise.all([
        api.alice('POST', `${task}/comments`, { body: { text: 'x' } }),
        api.alice('DELETE', task),
      ])
      expect([201, 404]).toContain(written.status)
      expect(await api.database.collection(comments).list({})).toEqual([])
    }
  })

  test('a deleted project leaves nothing, also what is made in it at that moment', async () => {
    const api = await startTasks(databaseUrl())
    await api.join(api.path, 'bob', 'editor')
    const task = await api.newTask(api.path)
    await api.bob('POST', `${task}/comments`, { body: { text: 'x' } })
    await api.alice('POST', `${api.path}/invitations`, { body: { username: 'carol' } })
    await Promise.all([
      api.bob('POST', `${api.path}/tasks`, { body: { title: 'late' } }),
      api.bob('POST', `${task}/comments`, { body: { text: 'late' } }),
      api.alice('DELETE', api.path),
      api.bob('POST', `${api.path}/tasks`, { body: { title: 'later' } }),
    ])
    for (const definition of collections)
      expect({ [definition.name]: await api.database.collection(definition).list({}) }).toEqual({ [definition.name]: [] })
    expect((await api.carol('GET', '/invitations')).body.items).toEqual([])
  })

  test('whatever is done is told in the activity of the project, in pages, the newest first', async () => {
    const api = await startTasks(databaseUrl())
    const step = async (work: Promise<unknown>) => {
      await work
      api.clock.advance(1)
    }
    api.clock.advance(1)
    const invited = await api.alice('POST', `${api.path}/invitations`, { body: { username: 'bob', role: 'editor' } })
    api.clock.advance(1)
    await step(api.bob('POST', `/invitations/${invited.body.id}/accept`))
    const task = await api.newTask(api.path, 'Draw')
    api.clock.advance(1)
    await step(api.bob('PATCH', task, { body: { title: 'Paint' }, ...ifMatch() }))
    await step(api.bob('POST', `${task}/comments`, { body: { text: 'x' } }))
    await step(api.bob('DELETE', task))
    await step(api.alice('PATCH', api.path, { body: { name: 'n' }, ...ifMatch() }))
    await step(api.bob('DELETE', `${api.path}/members/bob`))

    const first = await api.alice('GET', `${api.path}/activity?limit=5`)
    const rest = await api.alice('GET', `${api.path}/activity?cursor=${first.body.next}`)
    const told = [...first.body.items, ...rest.body.items]
    expect(told.map(({ type, actor }) => `${actor} ${type}`)).toEqual([
      'bob member.left',
      'alice project.changed',
      'bob task.deleted',
      'bob comment.created',
      'bob task.changed',
      'alice task.created',
      'bob member.joined',
      'alice member.invited',
      'alice project.created',
    ])
    expect(told[2]).toEqual({
      id: expect.any(String),
      type: 'task.deleted',
      actor: 'bob',
      at: expect.any(String),
      taskId: lastOf(task),
      title: 'Paint',
    })
  })

  test('half a character is refused wherever a person types: no database keeps it', async () => {
    const api = await startTasks(databaseUrl())
    const task = await api.newTask(api.path)
    for (const [path, field, whole] of [
      ['/projects', 'name', {}],
      ['/projects', 'description', { name: 'n' }],
      [`${api.path}/tasks`, 'title', {}],
      [`${api.path}/tasks`, 'description', { title: 't' }],
      [`${task}/comments`, 'text', {}],
    ] as const) {
      const send = (typed: string) => api.alice('POST', path, { body: { ...whole, [field]: typed } })
      expect(await send('a\ud83dx')).toMatchObject(refusal(400, 'invalid-request', { field }))
      expect(await send('a\u{1f600}x')).toMatchObject({ status: 201, body: { [field]: 'a\u{1f600}x' } })
    }
  })
})
