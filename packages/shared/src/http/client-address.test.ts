import { expect, test } from '@jest/globals'
import Koa from 'koa'
import { listen } from '../testing/http.ts'
import { type AddressState, clientAddress } from './client-address.ts'

async function seen(trusted: string[], forwarded?: string): Promise<string> {
  const app = new Koa<AddressState>()
  app.use(clientAddress(trusted))
  app.use((ctx) => {
    ctx.body = ctx.state.address
  })
  const { url, close } = await listen(app)
  const response = await fetch(url, { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } })
  const text = await response.text()
  await close()
  return text
}

test('without a trusted proxy it is the address of the connection, whatever the header says', async () => {
  expect(await seen([], '203.0.113.9')).toBe('127.0.0.1')
  expect(await seen(['10.0.0.0/8'], '203.0.113.9')).toBe('127.0.0.1')
})

test('behind trusted proxies it is the last address that none of them is', async () => {
  expect(await seen(['127.0.0.1'], '203.0.113.9')).toBe('203.0.113.9')
  expect(await seen(['127.0.0.0/8', '10.0.0.0/8'], '198.51.100.1, 203.0.113.9, 10.1.2.3')).toBe('203.0.113.9')
  expect(await seen(['127.0.0.1'], '2001:db8::1')).toBe('2001:db8::1')
})

test('what is no address is not believed', async () => {
  expect(await seen(['127.0.0.1'])).toBe('127.0.0.1')
  for (const forged of ['', 'unknown', '<script>', '203.0.113.9, x', '1.2.3.4.5'])
    expect(await seen(['127.0.0.1'], forged)).toBe('127.0.0.1')
})
