import { expect, test } from '@jest/globals'
import { boolean, httpUrl, integer, list, oneOf, type Parser, port, seconds, secondsUpTo, text } from './parsers.ts'
import { defineSettings, loadSettings, mustBeHttps, mustBeSet, SettingsError } from './settings.ts'
import { settingsMarkdown } from './settings-markdown.ts'

const table = defineSettings({
  issuer: {
    variable: 'ISSUER',
    parse: httpUrl,
    default: 'http://localhost:8060',
    about: 'Public address of auth.',
    production: mustBeHttps,
  },
  port: { variable: 'PORT', parse: port, default: 8060, about: 'Where it listens.' },
  ttl: { variable: 'TTL', parse: seconds, default: 600, about: 'Lifetime.' },
  level: { variable: 'LOG_LEVEL', parse: oneOf('info', 'debug'), default: 'info', about: 'How much is logged.' },
  key: { variable: 'KEY', parse: text, default: 'dev', about: 'Seals secrets.', secret: true, production: mustBeSet },
  proxies: { variable: 'PROXIES', parse: list, default: undefined, about: 'Who may say where a request came from.' },
})

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadSettings(table, env)
    return []
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error
    expect(error.message).toBe(error.faults.join('\n'))
    return error.faults
  }
}

test('with nothing set the defaults hold, frozen and typed by their parsers', () => {
  const settings = loadSettings(table, {})
  const typed: Readonly<{ issuer: string; port: number; level: 'info' | 'debug'; proxies: readonly string[] | undefined }> =
    settings
  expect(typed).toEqual({ issuer: 'http://localhost:8060', port: 8060, ttl: 600, level: 'info', key: 'dev', proxies: undefined })
  expect(Object.isFrozen(settings)).toBe(true)
})

test('an empty variable counts as not set', () => {
  expect(loadSettings(table, { PORT: '', PROXIES: '' })).toMatchObject({ port: 8060, proxies: undefined })
})

test('all faults are reported at once, one line each', () => {
  expect(faultsOf({ ISSUER: 'x', PORT: '70000', TTL: '0', LOG_LEVEL: 'loud' })).toEqual([
    'ISSUER: must be an http(s) URL without user, query, fragment or trailing slash, got "x"',
    'PORT: must be a port, 0 to 65535, got "70000"',
    'TTL: must be a positive whole number of seconds, got "0"',
    'LOG_LEVEL: must be one of info, debug, got "loud"',
  ])
})

test('a setting without a default is required', () => {
  const required = defineSettings({ name: { variable: 'NAME', parse: text, about: 'Its name.' } })
  expect(() => loadSettings(required, {})).toThrow('NAME: must be set (text)')
  expect(loadSettings(required, { NAME: 'x' })).toEqual({ name: 'x' })
})

test('a secret is never echoed, nor a password in a URL', () => {
  const secret = defineSettings({ pin: { variable: 'PIN', parse: integer, default: 0, about: 'A pin.', secret: true } })
  expect(() => loadSettings(secret, { PIN: 'hunter2' })).toThrow(/^PIN: must be a whole number$/)
  expect(faultsOf({ ISSUER: 'https://me:hunter2@example.com' })).toEqual([
    expect.stringContaining('got "https://***@example.com"'),
  ])
})

test('production refuses http issuers and default secrets, and says what to set', () => {
  expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
    'ISSUER: must be an https URL in production',
    'KEY: must be set in production, there is no safe default',
  ])
  expect(faultsOf({ NODE_ENV: 'production', ISSUER: 'http://localhost:8060', KEY: 'x' })).toEqual([
    'ISSUER: must be an https URL in production, got "http://localhost:8060"',
  ])
  expect(faultsOf({ NODE_ENV: 'production', ISSUER: 'https://login.example', KEY: 'x' })).toEqual([])
})

test('the demo profile of production takes http on this machine, but nowhere else', () => {
  const demo = { NODE_ENV: 'production', MENSHEN_PROFILE: 'demo' }
  for (const host of ['localhost:8060', '127.0.0.1', '127.1.2.3', '[::1]:8060'])
    expect(faultsOf({ ...demo, ISSUER: `http://${host}` })).toEqual([])
  for (const host of ['192.168.1.5', 'localhost.evil.example', '127.0.0.1.evil.example']) {
    expect(faultsOf({ ...demo, ISSUER: `http://${host}` })).toEqual([
      expect.stringContaining('ISSUER: must be an https URL, or an http one on localhost'),
    ])
  }
})

test('a misspelt profile is a fault: it would mean production rules nobody expects', () => {
  expect(faultsOf({ MENSHEN_PROFILE: 'Demo' })).toEqual(['MENSHEN_PROFILE: must be demo or not set, got "Demo"'])
})

test.each<[string, Parser<unknown>, string[], string[]]>([
  [
    'httpUrl',
    httpUrl,
    ['http://a', 'https://a.example:8443/b/c'],
    ['ftp://a', 'http://a/', 'http://a?b', 'http://a#b', 'http://u@a', 'http://', ' http://a', 'http://a:x'],
  ],
  ['port', port, ['0', '65535'], ['-1', '65536', '8e3', '1.5', 'x', ' 1']],
  ['seconds', seconds, ['1', '86400'], ['0', '-1', '1.5', '10m']],
  ['secondsUpTo', secondsUpTo(600), ['1', '600'], ['0', '601', '1.5']],
  ['integer', integer, ['-5', '0', '12'], ['', '0x10', '99999999999999999']],
  ['boolean', boolean, ['true', 'false', '1', '0'], ['yes', 'TRUE', 'constructor']],
])('%s takes only what it says', (_, parser, good, bad) => {
  for (const given of good) expect(parser.read(given)).not.toBeUndefined()
  for (const given of bad) expect(parser.read(given)).toBeUndefined()
})

test('a list is separated by commas', () => {
  expect(list.read('a, b,,c ')).toEqual(['a', 'b', 'c'])
})

test('the documentation shows defaults and what production demands', () => {
  expect(settingsMarkdown('auth', table)).toBe(`## auth

| variable | default | production demands | what it does |
| --- | --- | --- | --- |
| \`ISSUER\` | \`http://localhost:8060\` | https (or http on localhost with \`MENSHEN_PROFILE=demo\`) | Public address of auth. (an http(s) URL without user, query, fragment or trailing slash) |
| \`PORT\` | \`8060\` |  | Where it listens. (a port, 0 to 65535) |
| \`TTL\` | \`600\` |  | Lifetime. (a positive whole number of seconds) |
| \`LOG_LEVEL\` | \`info\` |  | How much is logged. (one of info, debug) |
| \`KEY\` | \`dev\` | a value of your own | Seals secrets. |
| \`PROXIES\` | none |  | Who may say where a request came from. (a list separated by commas) |
`)
})
