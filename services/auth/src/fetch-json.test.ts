import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { createJsonFetcher, isPrivate } from './fetch-json.ts'

let server: Listening
let answer: (req: IncomingMessage, res: ServerResponse) => void
beforeAll(async () => {
  server = await listen({ callback: () => (req, res) => answer(req, res) })
})
afterAll(() => server.close())

const here = createJsonFetcher({ allowPrivate: true })
const abroad = createJsonFetcher({ allowPrivate: false })

describe('what is fetched', () => {
  test('is JSON', async () => {
    answer = (_req, res) => void res.end('{"keys":[]}')
    expect(await here(`${server.url}/keys`)).toEqual({ keys: [] })
    answer = (_req, res) => void res.end('<html>')
    await expect(here(server.url)).rejects.toThrow(SyntaxError)
  })

  test('is where it was said to be: a redirect is not followed', async () => {
    const asked: string[] = []
    answer = ({ url = '' }, res) => {
      asked.push(url)
      res.writeHead(302, { location: '/elsewhere' }).end()
    }
    await expect(here(`${server.url}/keys`)).rejects.toThrow('answered 302')
    expect(asked).toEqual(['/keys'])
  })

  test('is 64 KiB at most, however much comes', async () => {
    let sent = 0
    answer = (_req, res) => {
      const pour = () => {
        while (!res.destroyed && res.write(Buffer.alloc(16_384, ' '))) sent += 16_384
      }
      res.on('drain', pour)
      pour()
    }
    await expect(here(server.url)).rejects.toThrow('larger than 64 KiB')
    expect(sent).toBeLessThan(100 * 1024 * 1024)
  })

  test('is waited for 5 seconds, or what was said, also when it trickles', async () => {
    answer = (req, res) => {
      const trickle = setInterval(() => res.write(' '), 10)
      req.socket.once('close', () => clearInterval(trickle))
    }
    await expect(createJsonFetcher({ allowPrivate: true, timeout: 50 })(server.url)).rejects.toThrow('aborted')
  })
})

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
    await expect(abroad(url)).rejects.toThrow(/is not https|is a private address/)
  })

  test('a name that leads to one is not asked', async () => {
    let connections = 0
    const trap = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
    const { port } = trap.address() as { port: number }
    const failure = await abroad(`https://localhost:${port}/keys`).catch((error: Error) => error.message)
    trap.close()
    expect(failure).toContain('localhost leads to')
    expect(connections).toBe(0)
  })

  test('with leave, http is for this machine only', async () => {
    for (const host of ['192.168.0.1', '127.evil.example', 'localhost.evil.example'])
      await expect(here(`http://${host}/keys`)).rejects.toThrow('is not https')
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
