import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { forward } from '@menshen/shared/forward'
import { freePort } from '../addresses.ts'
import { forwardsOf } from './forwards.ts'

test('what each port leads to is read from one line, and a part that is none is named', () => {
  expect(forwardsOf('8060=auth:8060,81=user-api:8061')).toEqual([
    { port: 8060, host: 'auth', to: 8060 },
    { port: 81, host: 'user-api', to: 8061 },
  ])
  expect(forwardsOf('')).toEqual([])
  expect(() => forwardsOf('8060=auth:8060,auth')).toThrow(
    'FORWARDS must be PORT=HOST:PORT, several separated by commas, got auth',
  )
})

test('a port of this machine leads to another, until it is stopped', async () => {
  const server = createServer((req, res) => res.end(`you asked for ${req.headers.host}`)).listen(0, '127.0.0.1')
  const port = await freePort()
  const stop = await forward({ port, host: '127.0.0.1', to: (server.address() as AddressInfo).port })
  const ask = async () => (await fetch(`http://127.0.0.1:${port}`)).text()
  expect(await ask()).toBe(`you asked for 127.0.0.1:${port}`)
  await stop()
  await expect(ask()).rejects.toThrow()
  server.close()
})
