import { expect, test } from '@jest/globals'
import { redirectUriFault } from './redirect-uri.ts'

test.each([
  'https://app.example/callback',
  'https://app.example:8443/callback?from=menshen',
  'http://localhost:8051/callback',
  'http://127.0.0.1:8051/callback',
  'http://[::1]:8051/callback',
  'com.example.app:/callback',
  'com.example.app://callback',
])('%s may be registered', (uri) => expect(redirectUriFault(uri)).toBeUndefined())

test.each([
  ['https://app.example/callback#part', 'fragment'],
  ['https://app.example/#', 'fragment'],
  ['https://*.app.example/callback', 'wildcard'],
  ['https://app.example/*', 'wildcard'],
  ['https://app.example@evil.example/callback', 'user'],
  ['https://@app.example/callback', 'user'],
  ['com.example.app://user@host/callback', 'user'],
  ['http://app.example/callback', 'must be https'],
  ['http://localhost.evil.example/callback', 'must be https'],
  ['http://127.0.0.1.evil.example/callback', 'must be https'],
  ['javascript:alert(1)', 'private-use scheme'],
  ['JavaScript://app.example/%0aalert(1)', 'private-use scheme'],
  ['data:text/html,hello', 'private-use scheme'],
  ['file:///etc/passwd', 'private-use scheme'],
  ['myapp://callback', 'private-use scheme'],
  ['https:app.example/callback', 'host'],
  ['https:///callback', 'host'],
  ['/callback', 'absolute'],
  ['app.example/callback', 'absolute'],
  [' https://app.example/callback', 'absolute'],
  ['https://app.example/call\tback', 'absolute'],
  ['https://app.example\\@evil.example/', 'absolute'],
  ['https://äpp.example/callback', 'absolute'],
  ['', 'absolute'],
])('%j may not be registered: %s', (uri, reason) => expect(redirectUriFault(uri)).toContain(reason))
