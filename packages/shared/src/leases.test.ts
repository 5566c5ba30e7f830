import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { createLeases, type Leases, leases } from './leases.ts'
import { type Database, openDatabase } from './storage/index.ts'
import { onMongo, testSqliteUrl } from './testing/databases.ts'
import { createFakeClock } from './testing/fake-clock.ts'

const program = fileURLToPath(new URL('testing/lease-holder.ts', import.meta.url))

/** Starts a process that holds the lease `job`, and gives what kills it. */
async function holderOf(url: string): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ['--conditions=menshen-source', '--import', 'tsx', program, url, 'job'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

function leasesOn(driver: string, freshUrl: () => string): void {
  describe(`leases on ${driver}`, () => {
    const clock = createFakeClock(Date.now())
    let url: string
    let database: Database
    let here: Leases
    let there: Leases
    beforeEach(async () => {
      url = freshUrl()
      database = await openDatabase(url, { collections: [leases], clock })
      here = createLeases({ database, clock })
      there = createLeases({ database, clock })
    })
    afterEach(() => database.close())

    const done = async () => 'done'

    test('of many that want a job at once one does it; when it is done the next may', async () => {
      const others = Array.from({ length: 20 }, () => createLeases({ database, clock }))
      let end = () => {}
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      const tries = others.map((each) => each.hold('job', () => ended.then(() => 'done')))
      let without = 0
      for (const each of tries) void each.then(() => without++)
      while (without < tries.length - 1) await new Promise(setImmediate)
      expect(await here.hold('job', done)).toBeUndefined()
      expect(await here.hold('another job', done)).toBe('done')
      end()
      expect((await Promise.all(tries)).filter(Boolean)).toEqual(['done'])
      expect(await here.hold('job', done)).toBe('done')
    })

    test('work that fails gives the job back', async () => {
      await expect(here.hold('job', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
      expect(await there.hold('job', done)).toBe('done')
    })

    test('a job whose process was killed is taken over when its lease has ended, and not while clocks are just some seconds apart', async () => {
      const kill = await holderOf(url)
      clock.advance(Date.now() - clock.now())
      expect(await here.hold('job', done)).toBeUndefined()
      await kill()
      clock.advance(8000) // as if this clock were ahead of the holder's
      expect(await here.hold('job', done)).toBeUndefined()
      clock.advance(9000)
      expect(await here.hold('job', done)).toBe('done')
    }, 60_000)

    test('work that stood still for as long as a lease lasts holds it no longer, and its end ends no lease of the next', async () => {
      let end = () => {}
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      let next: Promise<unknown> | undefined
      await here.hold('job', async (held) => {
        expect(held()).toBe(true)
        clock.advance(15_000)
        expect(held()).toBe(false)
        await new Promise<void>((began) => {
          next = here.hold('job', async () => {
            began()
            await ended
          })
        })
      })
      expect(await there.hold('job', done)).toBeUndefined()
      end()
      await next
      expect(await there.hold('job', done)).toBe('done')
    })

    test('a lease is renewed while its work goes on, however long that takes', async () => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask', 'performance', 'Date'] })
      try {
        await here.hold('job', async (held) => {
          for (let i = 0; i < 6; i++) {
            clock.advance(5000)
            jest.advanceTimersByTime(5000)
            await expectSoon(async () => (await leaseEnds()) - clock.now() === 15_000)
            expect([held(), await there.hold('job', done)]).toEqual([true, undefined])
          }
        })
      } finally {
        jest.useRealTimers()
      }
    })

    const leaseEnds = async () => (await database.collection(leases).find({ name: 'job' }))?.endsAt ?? 0
    async function expectSoon(holds: () => Promise<boolean>): Promise<void> {
      for (let i = 0; i < 1000 && !(await holds()); i++) await new Promise((resolve) => setImmediate(resolve))
      expect(await holds()).toBe(true)
    }
  })
}

leasesOn('SQLite', testSqliteUrl)
onMongo('leases', (freshUrl) => leasesOn('MongoDB', freshUrl))
