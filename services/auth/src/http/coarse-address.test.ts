import { expect, test } from '@jest/globals'
import { coarseAddress } from './coarse-address.ts'

test.each([
  ['203.0.113.77', '203.0.113.*'],
  ['2001:DB8:1:2::77', '2001:db8:1:*'],
  ['2001:db8::1', '2001:db8:0:*'],
  ['::1', undefined],
  ['127.0.0.1', undefined],
])('%s is told as %s', (address, told) => {
  expect(coarseAddress(address)).toBe(told)
})
