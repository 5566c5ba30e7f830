import { request } from 'node:http'
import { expect, test } from '@jest/globals'
import { notes, notesApi } from '../testing/notes-api.ts'
import { type Call, onEachDatabase, startResource, stopAfterEach } from '../testing/resource-service.ts'

const claims = { scope: 'note:read note:write' }

/** The API of notes, called by alice unless the claims say otherwise. */
async function startNotes(databaseUrl?: string) {
  const api = await startResource(notesApi, databaseUrl)
  const call = (method: string, path: string, given: Call = {}) =>
    api.call(method, path, { ...given, claims: { ...claims, ...given.claims } })
  const write = (body: unknown, headers: Record<string, string> = {}, of = {}) =>
    call('POST', '/notes', { body, headers, claims: of })
  const count = async () => (await api.database.collection(notes).list({})).length
  return { ...api, call, write, count }
}

const problem = (status: number, slug: string, field?: string) => ({
  status,
  body: { type: expect.stringMatching(new RegExp(`#${slug}$`)), status, ...(field !== undefined && { errors: [{ field }] }) },
})

stopAfterEach()

test.each([
  ['not JSON', '{"text":', problem(400, 'invalid-request')],
  ['no object', '"text"', problem(400, 'invalid-request', '')],
  ['a wrong type', { text: 1 }, problem(400, 'invalid-request', 'text')],
  ['a missing field', {}, problem(400, 'invalid-request', 'text')],
  ['an unknown field', { text: 'x', colour: 'red' }, problem(400, 'invalid-request', 'colour')],
  ['__proto__', '{"text":"x","__proto__":{"stars":5}}', problem(400, 'invalid-request', '__proto__')],
  ['a number beyond its limit', { text: 'x', stars: 6 }, problem(400, 'invalid-request', 'stars')],
  ['a text beyond its limit', { text: 'x'.repeat(101) }, problem(400, 'invalid-request', 'text')],
  ['blanks for a text', { text: '  ' }, problem(400, 'invalid-request', 'text')],
  ['a body beyond 64 KiB', { text: 'x'.repeat(65_536) }, problem(413, 'body-too-large')],
])('%s is refused by name, and nothing is written', async (_what, body, refusal) => {
  const api = await startNotes()
  expect(await api.write(body)).toMatchObject(refusal)
  expect(await api.count()).toBe(0)
})

test.each([
  [[], 'the body must be an object'],
  [{}, 'text: is missing'],
  [{ text: null }, 'text: must be a string'],
  [{ text: 'x', stars: 1.5 }, 'stars: must be an int'],
])('what is wrong with %j is said in plain words', async (body, detail) => {
  expect((await (await startNotes()).write(body)).body.detail).toBe(detail)
})

test('of very many faults the first 20 are named', async () => {
  const body = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`unknown${i}`, 1]))
  expect((await (await startNotes()).write(body)).body.errors).toHaveLength(20)
})

test('a body of another type, compressed or without a type is refused', async () => {
  const api = await startNotes()
  for (const headers of [{ 'content-type': 'text/plain' }, { 'content-encoding': 'gzip' }])
    expect(await api.write({ text: 'x' }, headers)).toMatchObject(problem(415, 'unsupported-media-type'))
})

test('a bad id is refused by name, a good one that is not there or not mine is not found', async () => {
  const api = await startNotes()
  const { body } = await api.write({ text: 'mine' })
  expect(await api.call('GET', '/notes/17')).toMatchObject(problem(400, 'invalid-request', 'noteId'))
  expect(await api.call('GET', '/notes/note_x')).toMatchObject(problem(404, 'not-found'))
  expect(await api.call('GET', `/notes/${body.id}`, { claims: { sub: 'bob' } })).toMatchObject(problem(404, 'not-found'))
  expect(await api.call('DELETE', `/notes/${body.id}`, { claims: { sub: 'bob' } })).toMatchObject(problem(404, 'not-found'))
})

test('a token that a client got for itself is told that it speaks for no person', async () => {
  const api = await startNotes()
  expect(await api.call('GET', '/notes', { claims: { sub: 'bookshop' } })).toMatchObject(problem(403, 'forbidden'))
})

test.each(['TRACE', 'PROPFIND', 'QUERY'])(
  '%s is offered nowhere: 405, no failure of ours (RFC 9110 section 15.5.6)',
  async (method) => {
    const { url } = await startNotes()
    const status = new Promise((resolve) =>
      request(`${url}/notes`, { method }, (answer) => resolve(answer.resume().statusCode)).end(),
    )
    expect(await status).toBe(405)
  },
)

test('a read answers 304 to who has the version already (RFC 9110 section 13.1.2)', async () => {
  const api = await startNotes()
  const { headers } = await api.write({ text: 'x' })
  const path = new URL(headers.get('location') ?? '').pathname
  expect(headers.get('etag')).toBe('"1"')
  expect(await api.call('GET', path, { headers: { 'if-none-match': '"1"' } })).toMatchObject({ status: 304, body: undefined })
  expect(await api.call('GET', path, { headers: { 'if-none-match': '"2"' } })).toMatchObject({ status: 200 })
})

test('the document is OpenAPI 3.1, with inputs and answers from the schemas that check them', async () => {
  const api = await startNotes()
  const { body } = await api.send('/openapi.json')
  expect(body).toMatchObject({
    openapi: '3.1.0',
    servers: [{ url: 'https://api.example' }],
    paths: {
      '/notes': {
        get: {
          operationId: 'listNotes',
          security: [{ menshen: ['note:read'] }],
          parameters: expect.arrayContaining([
            expect.objectContaining({
              name: 'limit',
              in: 'query',
              required: false,
              schema: expect.objectContaining({ type: 'integer', maximum: 100 }),
            }),
          ]),
        },
        post: {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['text'],
                  additionalProperties: false,
                  properties: { stars: { type: 'integer', maximum: 5 } },
                },
              },
            },
          },
          responses: {
            201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } } },
            422: {},
            415: {},
          },
        },
      },
      '/notes/{noteId}': { patch: { responses: { 412: {}, 428: {} } } },
    },
  })
  expect(body.components.schemas.Note).toMatchObject({ type: 'object', required: ['id', 'text', 'stars'] })
})

test('an answer that the document does not have fails the test that got it', async () => {
  const api = await startNotes()
  await api.database.collection(notes).insert({ id: 'note_x', sub: 'alice', text: 'x', stars: 1.5, createdAt: 1, version: 1 })
  await expect(api.call('GET', '/notes/note_x')).rejects.toThrow('another body than documented')
})

onEachDatabase((databaseUrl) => {
  test('the same Idempotency-Key and body is one creation, answered the same, for a day', async () => {
    const api = await startNotes(databaseUrl())
    const key = { 'idempotency-key': 'order-1' }
    const first = await api.write({ text: 'x' }, key)
    const second = await api.write({ text: ' x ' }, key)
    expect(second).toMatchObject({ status: 201, body: first.body })
    for (const name of ['location', 'etag']) expect(second.headers.get(name)).toBe(first.headers.get(name))
    expect(await api.count()).toBe(1)

    api.clock.advance(86_400_000)
    expect((await api.write({ text: 'x' }, key)).body.id).not.toBe(first.body.id)
  })

  test('an Idempotency-Key with another body is refused; another person, client or no key is apart', async () => {
    const api = await startNotes(databaseUrl())
    const key = { 'idempotency-key': 'order-1' }
    await api.write({ text: 'x' }, key)
    expect(await api.write({ text: 'y' }, key)).toMatchObject(problem(422, 'idempotency-key-reused'))
    expect(await api.write({ text: 'y' }, key, { sub: 'bob' })).toMatchObject({ status: 201 })
    expect(await api.write({ text: 'y' }, key, { client_id: 'other' })).toMatchObject({ status: 201 })
    expect(await api.write({ text: 'x' })).toMatchObject({ status: 201 })
    for (const bad of ['two words', '', 'x'.repeat(256)])
      expect(await api.write({ text: 'x' }, { 'idempotency-key': bad })).toMatchObject(problem(400, 'invalid-request'))
    expect(await api.count()).toBe(4)
  })

  test('twenty at once with one Idempotency-Key create one thing and hear the same', async () => {
    const api = await startNotes(databaseUrl())
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.write({ text: 'x' }, { 'idempotency-key': 'k' })))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    expect(await api.count()).toBe(1)
  })

  test('a change names the version that it changes (RFC 9110 section 13.1.1, RFC 6585 section 3)', async () => {
    const api = await startNotes(databaseUrl())
    const { body } = await api.write({ text: 'x' })
    const change = (ifMatch: string | undefined, text: string) =>
      api.call('PATCH', `/notes/${body.id}`, { body: { text }, headers: ifMatch === undefined ? {} : { 'if-match': ifMatch } })

    expect(await change(undefined, 'a')).toMatchObject(problem(428, 'precondition-required'))
    for (const old of ['"0"', 'W/"1"', '1', '"x"', '"2", "3"'])
      expect(await change(old, 'a')).toMatchObject(problem(412, 'precondition-failed'))
    const second = await change('"1"', 'b')
    expect(second).toMatchObject({ status: 200, body: { text: 'b' } })
    expect(second.headers.get('etag')).toBe('"2"')
    expect(await change('"1"', 'c')).toMatchObject(problem(412, 'precondition-failed'))
    expect(await change('"1", "2"', 'd')).toMatchObject({ status: 200 })
    expect(await change('*', 'e')).toMatchObject({ status: 200, body: { text: 'e' } })
  })

  test('of twenty changes of one version one is made', async () => {
    const api = await startNotes(databaseUrl())
    const { body } = await api.write({ text: 'x' })
    const changes = Array.from({ length: 20 }, (_, i) =>
      api.call('PATCH', `/notes/${body.id}`, { body: { text: `${i}` }, headers: { 'if-match': '"1"' } }),
    )
    expect((await Promise.all(changes)).filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('pages follow their links, and keep the filter', async () => {
    const api = await startNotes(databaseUrl())
    for (const stars of [1, 2, 1, 1]) await api.write({ text: 'x', stars })
    const first = await api.call('GET', '/notes?limit=2&stars=1')
    const link = /^<https:\/\/api\.example(.*)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? ''
    expect(link).toBe(`/notes?limit=2&stars=1&cursor=${first.body.next}`)
    const second = await api.call('GET', link)
    expect([first.body.items.length, second.body.items.length, second.body.next, second.headers.get('link')]).toEqual([
      2,
      1,
      undefined,
      null,
    ])
  })

  test('a cursor of another list, and one that is none, are refused by name', async () => {
    const api = await startNotes(databaseUrl())
    for (let i = 0; i < 2; i++) await api.write({ text: 'x' })
    const { body } = await api.call('GET', '/notes?limit=1')
    for (const cursor of [body.next, `${body.next}!`, '', 'bm9uZQ'])
      expect(await api.call('GET', `/other-notes?cursor=${cursor}`)).toMatchObject(problem(400, 'invalid-request', 'cursor'))
  })

  test('what was deleted is gone', async () => {
    const api = await startNotes(databaseUrl())
    const { body } = await api.write({ text: 'x' })
    expect(await api.call('DELETE', `/notes/${body.id}`)).toMatchObject({ status: 204, body: undefined })
    expect(await api.call('DELETE', `/notes/${body.id}`)).toMatchObject(problem(404, 'not-found'))
  })
})
