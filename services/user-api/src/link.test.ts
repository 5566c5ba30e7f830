import { expect, test } from '@jest/globals'
import { linkFault } from './link.ts'

test.each([
  'https://alice.example',
  'HTTP://Alice.Example/',
  'https://medium.example/@alice?tab=about#top',
  'https://zh.wikipedia.org/wiki/门神',
  'https://例え.example:8443/a%20b',
  'https://alice_z.example.',
  'http://127.0.0.1:8060/x',
  'http://[2001:db8::1]:80/x',
])('%s is a link', (link) => {
  expect(linkFault(link)).toBeUndefined()
})

test.each([
  ['alice.example', 'begins with https'],
  ['ftp://alice.example', 'begins with https'],
  ['https:alice.example', 'begins with https'],
  ['javascript:alert(1)//https://alice.example', 'begins with https'],
  ['https://bank.example@evil.example/', 'before the host'],
  ['https://alice:secret@alice.example', 'before the host'],
  ['https://@alice.example', 'before the host'],
  ['https://', 'must name a host,'],
  ['https:///alice.example', 'must name a host,'],
  ['https://?x', 'must name a host,'],
  ['https://bank.example\\@evil.example', 'without blanks'],
  ['https://alice.example/a b', 'without blanks'],
  ['https://alice.example/"onclick', 'without blanks'],
  ['https://alice.example/\u202egnp.exe', 'invisible'],
  ['https://al\u200bice.example', 'invisible'],
  ['https://al\u00adice.example', 'invisible'],
  ['https://alice.example/\u0000', 'invisible'],
  ['https://alice.example/\ud83d', 'invisible'],
  ['https://...', 'can be'],
  ['https://:443', 'can be'],
  ['https://alice.example:99999', 'can be'],
  ['https://alice.example:x', 'can be'],
  ['https://%61lice.example', 'can be'],
  ['https://[::1', 'can be'],
  ['https://[alice]', 'can be'],
  ['https://999.1.1.1', 'can be'],
])('%j is refused, with what is wrong', (link, fault) => {
  expect(linkFault(link)).toContain(fault)
})
