import { expect, test } from '@jest/globals'
import { tellTime } from './moment.ts'

const now = Date.UTC(2026, 10, 26, 20, 0)
const minute = 60_000

test.each([
  [0, 'just now', '刚刚'],
  [59_999, 'just now', '刚刚'],
  [-minute, 'just now', '刚刚'], // the clock of another process is ahead
  [minute, '1 minute ago', '1分钟前'],
  [90 * minute, '1 hour ago', '1小时前'],
  [6 * 1440 * minute, '6 days ago', '6天前'],
  [7 * 1440 * minute, 'Nov 19, 2026', '2026年11月19日'],
])('%d ms ago is said as people do', (age, en, zh) => {
  expect(tellTime(now - age, { now, locale: 'en', zoneinfo: undefined })).toBe(en)
  expect(tellTime(now - age, { now, locale: 'zh-CN', zoneinfo: undefined })).toBe(zh)
})

test('a date is that of the person; a time zone that there is not is UTC', () => {
  const at = (zoneinfo: unknown) => tellTime(now - 30 * 1440 * minute, { now, locale: 'en', zoneinfo })
  expect([at('Asia/Shanghai'), at('Europe/Berlin'), at('Moon/Base'), at(7)]).toEqual([
    'Oct 28, 2026',
    'Oct 27, 2026',
    'Oct 27, 2026',
    'Oct 27, 2026',
  ])
})
