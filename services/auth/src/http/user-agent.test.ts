import { expect, test } from '@jest/globals'
import { programOf } from './user-agent.ts'

const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)'
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'
const android = 'Mozilla/5.0 (Linux; Android 13; V2148A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0'
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'

test.each([
  [windows, 'Chrome', 'Windows'],
  [`${windows} Edg/126.0.0.0`, 'Microsoft Edge', 'Windows'],
  [`${mac} Version/17.5 Safari/605.1.15`, 'Safari', 'macOS'],
  [`${iphone} Version/17.5 Mobile/15E148 Safari/604.1`, 'Safari', 'iOS'],
  [`${iphone} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1`, 'Chrome', 'iOS'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox', 'Linux'],
  [`${android} Mobile Safari/537.36 MicroMessenger/8.0.47.2560(0x28002F50) NetType/WIFI`, 'WeChat', 'Android'],
  [`${android} MQQBrowser/13.6 Mobile Safari/537.36`, 'QQ Browser', 'Android'],
])('a browser is known by what it calls itself: %s', async (userAgent, browser, system) => {
  expect(await programOf(userAgent)).toEqual({ browser, system })
})

test.each([
  '',
  '-',
  'okhttp/4.12.0',
  'Dart/3.4 (dart:io)',
  '<b>Mine</b>/1.0',
  'Your account is locked call 110/1 (now)',
  '/'.repeat(256),
])('what is no browser is not named, whatever it says: %s', async (userAgent) => {
  expect(await programOf(userAgent)).toEqual({ browser: undefined, system: undefined })
})

test('a session of an earlier version has no User-Agent', async () => {
  expect(await programOf(undefined)).toEqual({ browser: undefined, system: undefined })
})
