import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { createOutbound, isPrivate, type OutboundRequest } from './outbound.ts'

const here = createOutbound({ allowPrivate: true })
const abroad = createOutbound({ allowPrivate: false })
const get: OutboundRequest = { method: 'GET', headers: {} }

describe('private addresses', () => {
  test.each([
    'http://example.com/keys',
    'http://localhost/keys',
    'https://127.0.0.1/keys',
    'https://0x7f.1/keys',
    'https://2130706433/keys',
    'https://[::1]/keys',
    'https://[::ffff:10.0.0.1]/keys',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
  ])('%s is not asked', async (url) => {
    await expect(abroad(url, get)).rejects.toThrow(/is not https|is a private address/)
  })

  test('a name that leads to one is not asked', async () => {
    let connections = 0
    const trap = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
    const { port } = trap.address() as { port: number }
    const failure = await abroad(`https://localhost:${port}/keys`, get).catch((error: Error) => error.message)
    trap.close()
    expect(failure).toContain('localhost leads to')
    expect(connections).toBe(0)
  })

  test('with leave, http is for this machine only', async () => {
    for (const host of ['192.168.0.1', '127.evil.example', 'localhost.evil.example'])
      await expect(here(`http://${host}/keys`, get)).rejects.toThrow('is not https')
  })

  test.each([
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    '2001:db8::1',
  ])('%s is one', (address) => expect(isPrivate(address)).toBe(true))

  test.each(['1.1.1.1', '172.32.0.1', '192.1.0.1', '2606:4700:4700::1111', '2a00:1450::1'])('%s is none', (address) =>
    expect(isPrivate(address)).toBe(false),
  )
})

test('attack: an answer that changes the protocol is an answer too, not one that never comes', async () => {
  const app = createServer()
  const closed = new Promise<void>((resolve) => {
    app.once('connection', (socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'))
      socket.once('close', () => app.close(() => resolve())) // nothing of ours holds the connection
    })
  })
  await once(app.listen(0, '127.0.0.1'), 'listening')
  const { port } = app.address() as { port: number }
  const status = here(`http://127.0.0.1:${port}/`, { method: 'POST', headers: {}, body: 'a=b' }).then(
    ({ statusCode }) => statusCode,
  )
  await closed
  expect(await Promise.race([status, 'no answer'])).toBe(101)
})
