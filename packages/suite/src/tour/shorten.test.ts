import { expect, test } from '@jest/globals'
import { shortened, shortenedHeader, shortenedJson, shortenedUrl } from './shorten.ts'

test('a secret keeps six characters, a short one less than half of itself', () => {
  expect(shortened('eyJhbGciOiJSUzI1NiJ9')).toBe('eyJhbG…')
  expect(shortened('alice')).toBe('al…')
  expect(shortened('')).toBe('…')
})

test('secrets in an address are shortened, in query and fragment, and the rest stays', () => {
  const url = 'http://localhost:8051/callback?code=abcdefghijkl&state=visible#access_token=mnopqrstuvwx'
  expect(shortenedUrl(url)).toBe('http://localhost:8051/callback?code=abcdef…&state=visible#access_token=mnopqr…')
  expect(shortenedUrl('http://localhost/?code_challenge=visible')).toBe('http://localhost/?code_challenge=visible')
})

test('credentials and cookies in headers are shortened, their names and attributes stay', () => {
  expect(shortenedHeader('authorization', 'Bearer eyJhbGciOiJSUzI1NiJ9')).toBe('Bearer eyJhbG…')
  expect(shortenedHeader('cookie', 'one=abcdefghijkl; two=mnopqrstuvwx')).toBe('one=abcdef…; two=mnopqr…')
  expect(shortenedHeader('set-cookie', 'one=abcdefghijkl; Path=/; HttpOnly')).toBe('one=abcdef…; Path=/; HttpOnly')
  expect(shortenedHeader('location', '/next?code=abcdefghijkl')).toBe('/next?code=abcdef…')
  expect(shortenedHeader('www-authenticate', 'Bearer error="invalid_token"')).toBe('Bearer error="invalid_token"')
})

test('secrets in JSON are shortened at any depth; numbers and plain lists stay readable', () => {
  const text = shortenedJson({
    access_token: 'eyJhbGciOiJSUzI1NiJ9',
    expires_in: 600,
    more: [{ client_secret: 'abcdefghijkl' }],
    list: ['a', 'b'],
  })
  expect(JSON.parse(text)).toEqual({
    access_token: 'eyJhbG…',
    expires_in: 600,
    more: [{ client_secret: 'abcdef…' }],
    list: ['a', 'b'],
  })
  expect(text).toContain('"list": [ "a", "b" ]')
})
