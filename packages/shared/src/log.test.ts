import { expect, test } from '@jest/globals'
import { createLog, type LogOptions } from './log.ts'

function startLog(options: Partial<LogOptions> = {}) {
  const lines: string[] = []
  const log = createLog({ service: 'auth', level: 'info', destination: { write: (line) => void lines.push(line) }, ...options })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') }
}

test('a line is JSON with its service, level and time', () => {
  const { log, last, lines } = startLog()
  log.info({ requestId: 'r1' }, 'request')
  log.debug('not shown')
  expect(last()).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    service: 'auth',
    requestId: 'r1',
    msg: 'request',
  })
  expect(lines).toHaveLength(1)
})

test.each([
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'password',
  'client_secret',
  'code',
  'code_verifier',
  'refresh_token',
  'access_token',
  'accessToken',
  'id_token',
  'token',
  'assertion',
  'client_assertion',
  'secret',
])('the value of %s is not logged, at any depth and of any type (RFC 6750 section 5.3)', (key) => {
  const { log, last } = startLog()
  log.info({ [key]: 'hunter2', a: { b: [{ c: { d: { e: { [key]: ['hunter2', { x: '}"hunter2' }], after: 1 } } } }] }, next: 2 })
  expect(JSON.stringify(last())).not.toContain('hunter2')
  expect(last()).toMatchObject({
    [key]: '[redacted]',
    a: { b: [{ c: { d: { e: { [key]: '[redacted]', after: 1 } } } }] },
    next: 2,
  })
  log.info({ [key]: 7, next: [{ [key]: null }, { [key]: true }] })
  expect(last()).toMatchObject({ [key]: '[redacted]', next: [{ [key]: '[redacted]' }, { [key]: '[redacted]' }] })
})

test('the bindings of a child log are redacted too', () => {
  const { log, last } = startLog()
  log.child({ token: 'hunter2' }).info('hello')
  expect(last()).toMatchObject({ token: '[redacted]', msg: 'hello' })
})

test('text that only looks like a secret stays as it is', () => {
  const { log, last } = startLog()
  log.info({ note: '"token":"x","a":{', grant_type: 'password', scope: 'code' }, 'the "password": is wrong')
  expect(last()).toMatchObject({
    note: '"token":"x","a":{',
    grant_type: 'password',
    scope: 'code',
    msg: 'the "password": is wrong',
  })
})

test('an error keeps its stack, its cause and its system code', () => {
  const { log, last } = startLog()
  log.error(
    { err: Object.assign(new Error('no', { cause: new Error('why') }), { code: 'ECONNREFUSED', password: 'hunter2' }) },
    'failed',
  )
  expect(last().err).toMatchObject({ type: 'Error', message: 'no: why', errorCode: 'ECONNREFUSED', password: '[redacted]' })
  expect(last().err.stack).toContain('log.test.ts')
})

test('pretty lines are for people, and redacted as well', () => {
  const { log, lines } = startLog({ pretty: true })
  log.info({ token: 'hunter2' }, 'hello')
  expect(lines.join('')).toMatch(/INFO.*hello/)
  expect(lines.join('')).toContain('[redacted]')
  expect(lines.join('')).not.toContain('hunter2')
})

test('what somebody sent washes nothing out of the log: long texts and lists are cut, the rest of the line stands', () => {
  const { log, lines, last } = startLog()
  const detail = {
    client_id: '\u0001'.repeat(20_000),
    resource: Array.from({ length: 100 }, (_, i) => `https://api-${i}.example`),
  }
  log.info({ path: `/${'a'.repeat(15_000)}`, detail, password: 'x'.repeat(9000), status: 401 }, 'the client is unknown')
  expect(lines.join('').length).toBeLessThan(6000)
  const { path, detail: told, password, status, msg } = last()
  expect([path.length, told.client_id.slice(-20), told.resource.length]).toEqual([532, '… (20000 characters)', 17])
  expect([password, status, msg]).toEqual(['[redacted]', 401, 'the client is unknown'])
})

test('the stack of an error is not cut', () => {
  const { log, last } = startLog()
  const error = new Error('a fault')
  error.stack = `Error: a fault\n${'    at somewhere (file.ts:1:1)\n'.repeat(50)}`
  log.error({ err: error, detail: 'a'.repeat(9000) }, 'failed')
  expect(last().err.stack).toBe(error.stack)
})
