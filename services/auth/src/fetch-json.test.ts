import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Listening, listen } from '@menshen/shared/testing/http'
import { createJsonFetcher } from './fetch-json.ts'
import { createOutbound } from './outbound.ts'

let server: Listening
let answer: (req: IncomingMessage, res: ServerResponse) => void
beforeAll(async () => {
  server = await listen({ callback: () => (req, res) => answer(req, res) })
})
afterAll(() => server.close())

const here = createJsonFetcher(createOutbound({ allowPrivate: true }))

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
    await expect(createJsonFetcher(createOutbound({ allowPrivate: true, timeout: 50 }))(server.url)).rejects.toThrow('aborted')
  })
})
