import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Browser } from '@menshen/shared/testing/browser'
import { startTalentCenter, type TalentCenter, typed } from './start-talent-center.ts'

let center: TalentCenter
let browser: Browser
beforeAll(async () => {
  center = await startTalentCenter()
  browser = await center.signIn('/profile')
}, 30_000)
afterAll(() => center.close())
beforeEach(() => {
  const { apis } = center
  apis.failing.clear()
  apis.changes.length = 0
  apis.version = 1
  Object.assign(apis.profile, { headline: 'Designer', bio: '', skills: ['Figma'], links: [], visibility: 'suite' })
})

const save = (form = typed) => browser.post(`${center.url}/profile/edit`, form)

test('the profile is shown, escaped, with who sees it', async () => {
  Object.assign(center.apis.profile, { headline: '<script>alert(1)</script>', links: ['https://a.example/"><b>'] })
  const { status, body } = await browser.get(`${center.url}/profile`)
  expect(status).toBe(200)
  expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(body).not.toMatch(/<script|"><b>/)
  expect(body).toContain('Signed-in people')
})

test('what was typed is sent as the change of the version that was seen, and nothing else (RFC 9110 section 13.1.1)', async () => {
  expect(await save()).toMatchObject({ status: 303, location: `${center.url}/profile?saved` })
  const own = {
    headline: 'Lead designer',
    bio: 'One\nTwo',
    skills: ['Figma', '用户研究'],
    links: ['https://a.example'],
    visibility: 'public',
  }
  expect(center.apis.changes).toEqual([{ ifMatch: '"1"', body: own }])
  expect((await browser.follow()).body).toContain('Saved.')
})

test('who saves over a change of another window is shown both, and loses nothing; saving once more is then on purpose', async () => {
  await browser.get(`${center.url}/profile/edit`)
  center.apis.version = 2
  center.apis.profile['headline'] = 'Art director'
  const mine = { bio: '', skills: 'Figma', links: '' }
  const { status, body } = await browser.submit({ ...mine, headline: 'Lead designer' }, 'name="headline"')
  expect(status).toBe(409)
  for (const told of ['changed in another window', 'value="Lead designer"', 'Art director', 'Save mine instead'])
    expect(body).toContain(told)
  expect(body.match(/Saved now/g)).toHaveLength(1)
  await browser.submit(mine, 'name="headline"')
  expect((await browser.follow()).body).toContain('Lead designer')
  expect(center.apis.changes.map(({ ifMatch }) => ifMatch)).toEqual(['"1"', '"2"'])
})

test('a save whose answer was lost is no conflict when it is sent again', async () => {
  await save()
  expect((await save()).location).toBe(`${center.url}/profile?saved`)
})

test.each([
  ['headline', 'x'.repeat(121), 'one line of at most 120 characters'],
  ['bio', 'x'.repeat(2001), 'at most 2000 characters'],
  ['skills', 'x'.repeat(51), 'At most 30 skills'],
  ['links', 'javascript:alert(1)', 'At most 10 plain web addresses'],
])(
  'a fault in %s is marked in the person’s language before the API is asked, and all that was typed stays',
  async (field, value, told) => {
    const { status, body } = await save({ ...typed, [field]: value })
    expect([status, body.includes(told), body.includes('aria-invalid="true"')]).toEqual([400, true, true])
    expect(body).toContain(value)
    expect(center.apis.changes).toEqual([])
  },
)

test.each([
  [400, 400, 'please mend what is marked'],
  [503, 503, 'can’t be saved right now'],
  [429, 503, 'can’t be saved right now'],
])('when the API answers %i the form says so, with all that was typed', async (answer, status, told) => {
  center.apis.failing.set('/users/me', answer)
  const page = await save({ ...typed, bio: 'A long text' })
  expect([page.status, page.body.includes(told), page.body.includes('A long text')]).toEqual([status, true, true])
})

test('what is typed into an ended session is in the form again after the sign-in, and saved by the version that was seen', async () => {
  const other = await center.signIn('/profile/edit')
  center.pass(8 * 3_600_000)
  await other.post(`${center.url}/profile/edit`, typed, { referer: `${center.url}/profile/edit` })
  await center.signIn(other.page.location ?? '', other)
  expect(other.page.url).toBe(`${center.url}/profile/edit`)
  expect(other.page.body).toContain('Nothing you typed is lost')
  expect(other.page.body).toContain('value="Lead designer"')
  expect(center.apis.changes).toEqual([])
  await other.submit({}, 'name="headline"')
  expect(center.apis.changes).toHaveLength(1)
  browser = await center.signIn('/profile')
})

test('attack: a form of another site changes nothing', async () => {
  const { status } = await browser.post(`${center.url}/profile/edit`, typed, { origin: 'https://evil.example' })
  expect([status, center.apis.changes]).toEqual([403, []])
})
