import { describe, expect, jest, test } from '@jest/globals'
import { openEventBus } from '../events/index.ts'
import type { Listener } from '../events/port.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { testLog } from '../testing/test-log.ts'
import type { AccessToken } from './access-token.ts'
import { createRevocationFeed } from './revocation-feed.ts'
import type { Revocation } from './revocations.ts'

/** A feed whose auth and bus the test holds in its hands. */
function held({ maxStaleness = 0, withSecret = true } = {}) {
  const clock = createFakeClock()
  const now = () => Math.floor(clock.now() / 1000)
  let listener: Listener = { handlers: {} }
  const state = { live: true, away: false, rows: [] as Revocation[], asked: [] as (string | undefined)[] }
  const bus = {
    publish: async () => {},
    work: async () => {},
    async listen(given: Listener) {
      listener = given
    },
    live: () => state.live,
    backlog: async () => ({ waiting: 0, retrying: 0, parked: 0 }),
    close: async () => {},
  }
  async function read(cursor: string | undefined) {
    state.asked.push(cursor)
    await new Promise(setImmediate)
    if (state.away) throw new Error('auth is away')
    return { revocations: state.rows, cursor: `after ${state.rows.length}`, more: false }
  }
  const feed = createRevocationFeed({ bus, clock, log: testLog, read: withSecret ? read : undefined, maxStaleness })
  return {
    feed,
    clock,
    state,
    row: (claim: string, value: string, issued_before: number | null = null, life = 600): Revocation => ({
      claim,
      value,
      issued_before,
      expires_at: now() + life,
    }),
    token: (claims: Partial<AccessToken> = {}): AccessToken => ({
      iss: 'https://auth.example',
      aud: [],
      sub: 'alice',
      client_id: 'shop',
      jti: 'j1',
      scope: [],
      iat: now(),
      exp: now() + 600,
      grant_id: 'g1',
      ...claims,
    }),
    gap: () => listener.onGap?.(),
    hear: (type: string, subject: string, data: Record<string, unknown> = {}) =>
      listener.handlers[type]?.({ specversion: '1.0', id: 'e', source: 's', type, subject, time: '', data }),
  }
}

describe('the revocation feed', () => {
  test.each([
    ['grant.revoked', 'g1'],
    ['token.revoked', 'j1'],
  ])('%s is heard at once', async (type, subject) => {
    const { feed, token, hear } = held()
    await feed.start()
    expect(feed.revoked(token())).toBe(false)
    await hear(type, subject)
    expect(feed.revoked(token())).toBe(true)
    expect(feed.revoked(token({ grant_id: 'g2', jti: 'j2' }))).toBe(false)
    await feed.stop()
  })

  test('beside a live bus auth is asked every other second, and every second as soon as the bus is gone', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] })
    const { feed, clock, state, row, token } = held()
    const pass = async (seconds: number) => {
      for (; seconds > 0; seconds--) {
        clock.advance(1000)
        await jest.advanceTimersByTimeAsync(1000)
        for (let i = 0; i < 5; i++) await new Promise(setImmediate) // auth answers
      }
    }
    try {
      await feed.start()
      await pass(4)
      const calm = state.asked.length
      await pass(30)
      expect(state.asked.length - calm).toBe(15)
      state.live = false
      state.rows.push(row('grant_id', 'g1'))
      await pass(1)
      expect(feed.revoked(token())).toBe(true)
    } finally {
      jest.useRealTimers()
      await feed.stop()
    }
  })

  test('a token of a client that is disabled is refused, one that it is given later is not', async () => {
    const { feed, clock, state, row, token, hear } = held()
    await feed.start()
    const old = token()
    state.rows = [row('client_id', 'shop')]
    await hear('client.disabled', 'shop')
    expect(feed.revoked(old)).toBe(true)
    clock.advance(60_000)
    state.rows = [row('client_id', 'shop', old.iat + 55)]
    await hear('client.updated', 'shop')
    expect([feed.revoked(old), feed.revoked(token())]).toEqual([true, false])
    await hear('client.disabled', 'shop') // told once more, late
    expect([feed.revoked(old), feed.revoked(token())]).toEqual([true, false])
    await feed.stop()
  })

  test('at the start and after each gap auth is asked, from where the last answer ended', async () => {
    const { feed, state, row, token, gap } = held()
    state.rows = [row('grant_id', 'g1')]
    await feed.start()
    await feed.catchUp()
    expect(feed.revoked(token())).toBe(true)
    state.rows = [row('grant_id', 'g2')]
    gap()
    await feed.catchUp()
    expect(feed.revoked(token({ grant_id: 'g2' }))).toBe(true)
    expect(new Set(state.asked)).toEqual(new Set([undefined, 'after 1']))
    await feed.stop()
  })

  test('what is asked for while auth is being asked is asked once more', async () => {
    const { feed, state, row, token } = held()
    const first = feed.catchUp()
    state.rows = [row('grant_id', 'g1')]
    const second = feed.catchUp()
    await Promise.all([first, second])
    expect(state.asked).toHaveLength(2)
    expect(feed.revoked(token())).toBe(true)
  })

  test('it is fresh while the bus is live and nothing was missed, else as old as its last answer', async () => {
    const { feed, clock, state, gap } = held()
    await feed.start()
    await feed.catchUp()
    clock.advance(60_000)
    expect(feed.staleness()).toBe(0)
    state.live = false
    expect(feed.staleness()).toBe(60_000)
    await feed.catchUp()
    expect(feed.staleness()).toBe(0)
    state.live = true
    state.away = true
    gap()
    await feed.catchUp()
    clock.advance(3000)
    expect(feed.staleness()).toBe(3000)
    await feed.stop()
  })

  test('a client was disabled, and auth does not say what of it: that is stale until it does', async () => {
    const { feed, clock, state, row, token, hear } = held()
    await feed.start()
    await feed.catchUp()
    state.away = true
    await hear('client.disabled', 'shop')
    clock.advance(3000)
    expect(feed.staleness()).toBe(3000)
    state.away = false
    state.rows = [row('client_id', 'shop')]
    await feed.catchUp()
    expect([feed.staleness(), feed.revoked(token())]).toEqual([0, true])
    await feed.stop()
  })

  test('by default a stale feed lets tokens pass; with a limit it answers 503 beyond it', async () => {
    const lenient = held()
    const strict = held({ maxStaleness: 10_000 })
    expect(lenient.feed.revoked(lenient.token())).toBe(false)
    expect(() => strict.feed.revoked(strict.token())).toThrow(expect.objectContaining({ status: 503 })) // it knows nothing yet
    for (const { feed, clock, state, token } of [lenient, strict]) {
      await feed.catchUp()
      state.live = false
      state.away = true
      clock.advance(10_000)
      expect(feed.revoked(token())).toBe(false)
      clock.advance(1)
    }
    expect(lenient.feed.revoked(lenient.token())).toBe(false)
    expect(() => strict.feed.revoked(strict.token())).toThrow(expect.objectContaining({ status: 503 }))
  })

  test('what no token that lives could meet is forgotten', async () => {
    const { feed, clock, state, row } = held()
    state.rows = [row('grant_id', 'g1', null, 30), row('jti', 'j1', null, 600)]
    await feed.catchUp()
    expect(feed.size()).toBe(2)
    state.rows = []
    clock.advance(60_000)
    await feed.catchUp()
    expect(feed.size()).toBe(1)
  })

  test('a revoked token is remembered as long as it would have lived, and no longer', async () => {
    const { feed, clock, token, hear } = held()
    await feed.start()
    const short = token({ exp: token().iat + 30 })
    await hear('token.revoked', short.jti, { expiresAt: short.exp * 1000 })
    expect([feed.revoked(short), feed.size()]).toEqual([true, 1])
    clock.advance(60_000)
    await feed.catchUp()
    expect(feed.size()).toBe(0)
    await feed.stop()
  })

  test('a service without a secret knows what it hears, and that it knows no more', async () => {
    const { feed, clock, state, token, hear } = held({ withSecret: false })
    await feed.start()
    await hear('client.disabled', 'shop')
    expect(feed.revoked(token())).toBe(true)
    clock.advance(60_000)
    await hear('client.updated', 'shop')
    expect(feed.revoked(token())).toBe(false)
    state.live = false
    clock.advance(5000)
    expect(feed.staleness()).toBe(65_000)
    await feed.stop()
  })

  test('a look-up among 100,000 takes less than a microsecond', async () => {
    const { feed, state, row, token } = held()
    state.rows = Array.from({ length: 100_000 }, (_, i) => row(i % 2 ? 'grant_id' : 'jti', `v${i}`))
    await feed.catchUp()
    const tokens = Array.from({ length: 1000 }, (_, i) => token({ grant_id: `v${i}x`, jti: `v${i}y` }))
    const rounds = Array.from({ length: 20 }, () => {
      const start = process.hrtime.bigint()
      for (const each of tokens) feed.revoked(each)
      return Number(process.hrtime.bigint() - start) / tokens.length
    })
    expect(feed.size()).toBe(100_000)
    expect(Math.min(...rounds)).toBeLessThan(1000) // nanoseconds
  })
})

test('in one process a revoked token is refused with the very next request', async () => {
  const bus = await openEventBus('memory:', { log: testLog })
  const { token } = held()
  const feed = createRevocationFeed({ bus, clock: createFakeClock(), log: testLog, read: undefined, maxStaleness: 0 })
  await feed.start()
  await bus.publish({
    specversion: '1.0',
    id: 'e',
    source: 's',
    type: 'grant.revoked',
    subject: 'g1',
    time: '',
    data: { grant_id: 'g1', reason: 'test' },
  })
  expect(feed.revoked(token())).toBe(true)
  await bus.close()
})
