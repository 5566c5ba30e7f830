import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts'
import {
  type Database,
  defineCollection,
  insertInto,
  type OpenOptions,
  openDatabase,
  RecordTooLarge,
  removeFrom,
  UniqueConflict,
  updateIn,
  upsertIn,
} from './index.ts'

interface Thing {
  id: string
  owner: string | null
  place?: string
  size?: number
  good?: boolean
  detail?: unknown
  endsAt?: number | null
}

const things = defineCollection<Thing>({
  name: 'things',
  key: 'id',
  unique: [['place']],
  indexes: [['owner', 'size']],
  expiry: 'endsAt',
})
const counters = defineCollection<{ name: string; count: number; label?: string }>({ name: 'counters', key: 'name' })

let made = 0
const thing = (fields: Partial<Thing> = {}): Thing => {
  made += 1
  return { id: `t${made}`, owner: null, place: `p${made}`, ...fields }
}

/** What every driver must do alike; `url` names an empty database. */
export function storageContract(driver: string, url: () => string): void {
  describe(`storage on ${driver}`, () => {
    let db: Database
    let clock: FakeClock
    const options = (): OpenOptions => ({ collections: [things, counters], clock, patienceMs: 20_000 })
    beforeAll(async () => {
      clock = createFakeClock()
      db = await openDatabase(url(), options())
    })
    afterAll(() => db.close())
    const all = () => db.collection(things)

    test('a record comes back as it went in', async () => {
      const odd = { $set: 1, 'a.b': [true, null, 2.5], ['__proto__']: { $ne: '' }, 汉: '😀\u0000"\\', big: 2 ** 53 - 1 }
      const record = thing({ owner: '$where', size: -0.5, good: false, detail: odd, endsAt: null })
      await all().insert(record)
      expect(await all().find({ id: record.id })).toEqual(record)
    })

    test('a change may set the same odd values', async () => {
      const record = thing()
      await all().insert(record)
      const detail = { $inc: { 'x.y': 1 }, '😀': ['$a', { $b: 1 }] }
      expect(await all().update({ id: record.id }, { set: { owner: '$owner.x', detail } })).toEqual({
        ...record,
        owner: '$owner.x',
        detail,
      })
    })

    test('strings are compared whole, byte by byte', async () => {
      for (const owner of ['a\u0000b', '$gt', 'Ä', '😀', "'; DROP TABLE things; --", 'null', '']) {
        const record = thing({ owner })
        await all().insert(record)
        expect(await all().list({ owner })).toEqual([record])
      }
      expect(await all().find({ owner: 'a' })).toBeUndefined()
      expect(await all().find({ owner: 'ä' })).toBeUndefined()
    })

    test('null in a filter means absent, and equality tells true from false', async () => {
      const record = thing({ good: true, size: 0 })
      await all().insert(record)
      expect(await all().find({ id: record.id, owner: null, endsAt: null, good: true, size: 0 })).toEqual(record)
      expect(await all().find({ id: record.id, good: false })).toBeUndefined()
      expect(await all().find({ id: record.id, size: null })).toBeUndefined()
    })

    test('undefined in a filter, a record or a change throws; so do an operator and a changed key', async () => {
      const missing = undefined as unknown as string
      expect(() => all().find({ id: missing })).toThrow('things.id is undefined')
      expect(() => all().remove({ owner: missing })).toThrow('things.owner is undefined')
      expect(() => all().insert({ ...thing(), owner: missing })).toThrow('things.owner is undefined')
      expect(() => all().update({}, { set: { owner: missing } })).toThrow('things.owner is undefined')
      expect(() => all().update({}, { set: { id: 'other' } })).toThrow('never changes')
      expect(() => all().insert({ id: 'x', owner: null })).toThrow("unique and can't be null")
      expect(() => all().find({ owner: { $ne: 'x' } as object })).toThrow('is no range')
    })

    test.each([
      ['a date', new Date(0), 'things.detail is no plain object: [object Date]'],
      ['a big integer', 2n ** 60n, 'things.detail is a bigint'],
      ['NaN', Number.NaN, 'things.detail is NaN'],
      ['infinity', [1, Number.POSITIVE_INFINITY], 'things.detail[1] is Infinity'],
      ['undefined inside', { a: { b: undefined } }, 'things.detail.a.b is undefined'],
      ['a function', { a: () => 1 }, 'things.detail.a is a function'],
      ['bytes', Buffer.from('x'), 'things.detail is no plain object'],
      ['a map', new Map(), 'things.detail is no plain object: [object Map]'],
      ['a name with a NUL', { 'a\0b': 1 }, 'things.detail has a field whose name has a NUL'],
    ])('%s is refused by name, in a record and in a change: it would come back as something else', (_kind, detail, message) => {
      expect(() => all().insert(thing({ detail }))).toThrow(message)
      expect(() => all().update({ id: 'x' }, { set: { detail } })).toThrow(message)
      expect(() => all().upsert('x', { insert: { detail } })).toThrow(message)
    })

    test.each([
      ['an empty range', {}, 'would match everything'],
      ['a date', new Date(0), 'would match everything'],
      ['a list', ['x'], 'is no range'],
      ['an operator', { $gt: '' }, 'is no range'],
      ['a bound that is an object', { gt: {} }, 'a bound is a number or a string'],
      ['a bound that is null', { lte: null }, 'a bound is a number or a string'],
      ['NaN', Number.NaN, 'things.owner is NaN'],
    ])('a filter with %s is refused', (_kind, owner, message) => {
      for (const ask of [
        () => all().find({ owner } as never),
        () => all().list({ owner } as never),
        () => all().remove({ owner } as never),
        () => all().update({ owner } as never, { set: { size: 1 } }),
      ])
        expect(ask).toThrow(message)
    })

    test('a record beyond the size limit is refused by name, one that fits comes back', async () => {
      const MiB = 1024 * 1024
      const large = thing({ detail: '汉'.repeat(MiB) })
      await all().insert(large)
      expect((await all().find({ id: large.id }))?.detail).toBe(large.detail)
      expect(() => all().insert(thing({ detail: 'x'.repeat(4 * MiB) }))).toThrow(RecordTooLarge)
      expect(() => all().update({ id: large.id }, { set: { detail: ['汉'.repeat(2 * MiB)] } })).toThrow(RecordTooLarge)
      expect(() => insertInto(things, thing({ detail: 'x'.repeat(4 * MiB) }))).toThrow('a record of things would be larger')
    })

    test('pages go on in order while records come and go between them', async () => {
      const owner = 'pages that change'
      const of = (size: number) => thing({ owner, size })
      const records = [1, 2, 2, 2, 3, 4].map(of)
      for (const record of records) await all().insert(record)
      for (const descending of [false, true]) {
        const order = { orderBy: 'size' as const, descending, limit: 2 }
        const before = await all().list({ owner })
        const [first, second] = await all().list({ owner }, order)
        if (!first || !second) throw new Error('no first page')
        await all().remove({ id: second.id }) // the place itself may be gone
        await all().insert(of(descending ? 9 : 0)) // before the place: not seen any more
        const seen = [first, second]
        for (let last = second; ; ) {
          const page = await all().list({ owner }, { ...order, after: [last.size ?? 0, last.id] })
          seen.push(...page)
          const next = page.at(-1)
          if (!next) break
          last = next
        }
        const sizes = seen.map(({ size = 0 }) => (descending ? -size : size))
        expect(sizes).toEqual([...sizes].sort((a, b) => a - b))
        expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
        expect(seen.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort())
      }
    })

    test('a key or unique value is taken once', async () => {
      const first = thing()
      await all().insert(first)
      await expect(all().insert(thing({ id: first.id }))).rejects.toThrow(UniqueConflict)
      await expect(all().insert(thing({ place: first.place ?? '' }))).rejects.toThrow(UniqueConflict)
      expect(await all().list({ place: first.place ?? '' })).toEqual([first])
    })

    test('an update is one step: who may do it stands in its filter', async () => {
      const record = thing({ size: 1 })
      await all().insert(record)
      expect(await all().update({ id: record.id, size: 1 }, { inc: { size: 1 }, set: { owner: 'me' } })).toEqual({
        ...record,
        size: 2,
        owner: 'me',
      })
      expect(await all().update({ id: record.id, size: 1 }, { inc: { size: 1 } })).toBeUndefined()
      expect(await all().update({ id: record.id, owner: 'other' }, { set: { size: 9 } })).toBeUndefined()
      expect((await all().find({ id: record.id }))?.size).toBe(2)
    })

    test('of 50 parallel updates one wins; of 50 parallel counts none is lost', async () => {
      const record = thing({ size: 0 })
      await all().insert(record)
      const wins = await Promise.all(
        Array.from({ length: 50 }, (_, i) => all().update({ id: record.id, owner: null }, { set: { owner: `w${i}` } })),
      )
      expect(wins.filter(Boolean)).toHaveLength(1)
      await Promise.all(Array.from({ length: 50 }, () => db.collection(counters).upsert('hits', { inc: { count: 1 } })))
      expect(await db.collection(counters).find({ name: 'hits' })).toEqual({ name: 'hits', count: 50 })
    })

    test('an update changes one record even when more match; remove takes all', async () => {
      for (let i = 0; i < 3; i++) await all().insert(thing({ owner: 'many', size: 0 }))
      await all().update({ owner: 'many' }, { inc: { size: 1 } })
      expect((await all().list({ owner: 'many', size: 0 })).length).toBe(2)
      expect(await all().remove({ owner: 'many' })).toBe(3)
      expect(await all().remove({ owner: 'many' })).toBe(0)
    })

    test('upsert makes the record once and then only changes it', async () => {
      const kept = db.collection(counters)
      expect(await kept.upsert('made', { insert: { count: 5, label: 'first' } })).toEqual({
        name: 'made',
        count: 5,
        label: 'first',
      })
      expect(await kept.upsert('made', { insert: { count: 9, label: 'again' } })).toEqual({
        name: 'made',
        count: 5,
        label: 'first',
      })
      expect(await kept.upsert('made', { inc: { count: 2 }, insert: { count: 1, label: 'x' } })).toEqual({
        name: 'made',
        count: 7,
        label: 'first',
      })
      expect(await kept.upsert('other', { inc: { count: 2 }, set: { label: 'y' }, insert: { count: 1, label: 'x' } })).toEqual({
        name: 'other',
        count: 2,
        label: 'y',
      })
    })

    test('50 parallel upserts of a new key make one record, alone and in transactions', async () => {
      const insert = { owner: 'upserted', place: 'parallel upsert', endsAt: clock.now() + 1000 }
      const made = await Promise.all(
        Array.from({ length: 50 }, () => all().upsert('parallel upsert', { inc: { size: 1 }, insert })),
      )
      expect(made.map(({ size }) => size).sort((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
      const upsert = () => db.transaction([upsertIn(counters, 'in parallel transactions', { inc: { count: 1 } })])
      await Promise.all(Array.from({ length: 20 }, upsert))
      expect(await db.collection(counters).find({ name: 'in parallel transactions' })).toMatchObject({ count: 20 })
    })

    test('ranges, order and pages are stable, ties broken by key', async () => {
      for (const [i, size] of [3, 1, 2, 2, 1].entries())
        await all().insert({ ...thing({ owner: 'pages', size }), id: `page${i}` })
      const ids = async (page: object, filter: object = {}) =>
        (await all().list({ owner: 'pages', ...filter }, page)).map(({ id }) => id)
      expect(await ids({ orderBy: 'size' })).toEqual(['page1', 'page4', 'page2', 'page3', 'page0'])
      expect(await ids({ orderBy: 'size', descending: true, limit: 2 })).toEqual(['page0', 'page3'])
      expect(await ids({ orderBy: 'size', limit: 2, after: [1, 'page4'] })).toEqual(['page2', 'page3'])
      expect(await ids({ orderBy: 'size', descending: true, after: [2, 'page2'] })).toEqual(['page4', 'page1'])
      expect(await ids({ orderBy: 'id' }, { size: { gte: 2, lt: 3 } })).toEqual(['page2', 'page3'])
      expect(await ids({ orderBy: 'id', after: ['page2', 'page2'] })).toEqual(['page3', 'page4'])
      expect(await ids({}, { size: { gt: 3 } })).toEqual([])
    })

    test('an expired record is never seen, and never in the way', async () => {
      const record = thing({ endsAt: clock.now() + 1000, size: 0 })
      await all().insert(record)
      expect(await all().find({ id: record.id })).toEqual(record)
      clock.advance(1000)
      expect(await all().find({ id: record.id })).toBeUndefined()
      expect(await all().list({ id: record.id })).toEqual([])
      expect(await all().update({ id: record.id }, { inc: { size: 1 } })).toBeUndefined()
      await all().insert({ ...record, endsAt: clock.now() + 1000 })
      clock.advance(1000)
      expect(await all().upsert(record.id, { inc: { size: 1 }, insert: { owner: 'new', place: 'new' } })).toEqual({
        id: record.id,
        owner: 'new',
        place: 'new',
        size: 1,
      })
      clock.advance(1)
      const expired = thing({ endsAt: clock.now() })
      await all().insert(expired)
      expect(await db.transaction([insertInto(things, { ...expired, endsAt: null })])).toEqual([undefined])
      expect(await all().find({ id: expired.id })).toBeDefined()
      await all().insert(thing({ endsAt: clock.now() }))
      expect(await db.sweep()).toBe(1)
    })

    test('two who meet expired records at once both go on, whoever sweeps', async () => {
      const records = [thing({ endsAt: clock.now() }), thing({ endsAt: clock.now() })]
      for (const record of records) await all().insert(record)
      await Promise.all(records.map((record) => all().insert({ ...record, endsAt: null })))
    })

    test('sweeping thousands leaves turns to others, and frees the key of the last', async () => {
      const expired = Array.from({ length: 2500 }, () => thing({ endsAt: clock.now() }))
      const last = thing({ endsAt: clock.now() + 1 })
      for (let i = 0; i < expired.length; i += 500)
        await db.transaction(expired.slice(i, i + 500).map((record) => insertInto(things, record)))
      await all().insert(last)
      clock.advance(1)
      let turns = 0
      let sweeping = true
      const count = () => {
        turns++
        if (sweeping) setImmediate(count)
      }
      count()
      await all().insert({ ...last, endsAt: null })
      sweeping = false
      expect(turns).toBeGreaterThan(2)
      expect(await db.sweep()).toBe(0)
      expect(await all().find({ id: last.id })).toEqual({ ...last, endsAt: null })
    }, 60_000)

    test('a transaction gives what each operation gave', async () => {
      const record = thing({ size: 1 })
      const results = await db.transaction([
        insertInto(things, record),
        updateIn(things, { id: record.id }, { inc: { size: 1 } }),
        upsertIn(counters, 'in transaction', { inc: { count: 1 } }),
        removeFrom(things, { owner: 'nobody' }),
      ])
      expect(results).toEqual([undefined, { ...record, size: 2 }, { name: 'in transaction', count: 1 }, 0])
    })

    test('a transaction whose conditional update matches nothing does nothing', async () => {
      const record = thing()
      expect(
        await db.transaction([insertInto(things, record), updateIn(things, { id: 'nobody' }, { set: { size: 1 } })]),
      ).toBeUndefined()
      expect(await all().find({ id: record.id })).toBeUndefined()
    })

    test('a transaction with a conflict does nothing', async () => {
      const [taken, record] = [thing(), thing()]
      await all().insert(taken)
      await expect(db.transaction([insertInto(things, record), insertInto(things, thing({ id: taken.id }))])).rejects.toThrow(
        UniqueConflict,
      )
      expect(await all().find({ id: record.id })).toBeUndefined()
      await all().insert(record)
    })

    test('two transactions that name one record exclude each other, also where one changes nothing in it', async () => {
      const seenByTheOther = Array.from({ length: 40 }, async () => {
        const [open, member] = [thing({ size: 1 }), thing({ owner: 'a member' })]
        await all().insert(open)
        const join = () =>
          db.transaction([updateIn(things, { id: open.id, size: 1 }, { set: { size: 1 } }), insertInto(things, member)])
        const close = async () => {
          await db.transaction([updateIn(things, { id: open.id }, { set: { size: 0 } })])
          return all().find({ id: member.id })
        }
        const [joined, seen] = await Promise.all([join(), close()])
        return [joined !== undefined, seen !== undefined]
      })
      for (const [joined, seen] of await Promise.all(seenByTheOther)) expect(seen).toBe(joined)
    })

    test('20 parallel transactions on one record all happen, one after the other', async () => {
      const record = thing({ size: 0 })
      await all().insert(record)
      const add = () =>
        db.transaction([
          updateIn(things, { id: record.id }, { inc: { size: 1 } }),
          insertInto(things, thing({ owner: 'parallel' })),
        ])
      await Promise.all(Array.from({ length: 20 }, add))
      expect((await all().find({ id: record.id }))?.size).toBe(20)
      expect(await all().list({ owner: 'parallel' })).toHaveLength(20)
    })

    test('opening again finds what is there', async () => {
      await db.ping()
      if (url() === 'sqlite::memory:') return
      const again = await openDatabase(url(), options())
      expect(await again.collection(counters).find({ name: 'hits' })).toMatchObject({ count: 50 })
      await again.close()
    })

    test('a collection that was not declared is refused', () => {
      expect(() => db.collection(defineCollection<{ id: string }>({ name: 'things', key: 'id' }))).toThrow('was not declared')
    })
  })
}
