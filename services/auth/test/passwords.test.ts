import { expect, test } from '@jest/globals'
import { createPasswordHasher, hashesInFlight } from '../src/passwords.ts'

test('a password is known by its argon2id hash (19 MiB, 2 passes), and nothing else is', async () => {
  const hasher = createPasswordHasher({ parallel: 2 })
  const hash = await hasher.hash('汉 password 😀')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await hasher.verify('汉 password 😀', hash)).toBe(true)
  expect(await hasher.verify('汉 password', hash)).toBe(false)
  expect(await hasher.verify('any', undefined)).toBe(false)
})

test('beyond those in flight and those that wait, people are turned away with Retry-After, and the rest are served', async () => {
  const hasher = createPasswordHasher({ parallel: 1, waiting: 3 })
  const hash = await hasher.hash('right')
  const answers = await Promise.allSettled(Array.from({ length: 6 }, () => hasher.verify('right', hash)))
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  expect(answers.filter((answer) => answer.status === 'fulfilled' && answer.value)).toHaveLength(4)
  expect(refused).toHaveLength(2)
  expect(refused[0]).toMatchObject({ code: 'temporarily_unavailable', status: 503, headers: { 'retry-after': '2' } })
  expect(await hasher.verify('right', hash)).toBe(true)
})

test('whoever left while waiting is not hashed for, and holds no place in the queue', async () => {
  const hasher = createPasswordHasher({ parallel: 1, waiting: 3 })
  const hash = await hasher.hash('right')
  const gone = new Set<number>()
  const ask = (i: number) => hasher.verify('right', hash, () => gone.has(i)).catch((error) => error.status)
  const first = [0, 1, 2, 3].map(ask)
  expect(await ask(4)).toBe(503)
  gone.add(1).add(3)
  const second = [5, 6].map(ask)
  expect(await ask(7)).toBe(503)
  gone.add(5)
  expect(await Promise.all([...first, ...second])).toEqual([true, 499, true, 499, 499, true])
  expect(await hasher.verify('right', hash)).toBe(true)
})

test('hashes in flight leave two threads of the pool free, and are never more than the cores', () => {
  expect(hashesInFlight({ cores: 8, threadPoolSize: 4 })).toBe(2)
  expect(hashesInFlight({ cores: 2, threadPoolSize: 16 })).toBe(2)
  expect(hashesInFlight({ cores: 8, threadPoolSize: 1 })).toBe(1)
})
