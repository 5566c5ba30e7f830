import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { testSqliteUrl } from '@menshen/shared/testing/databases'
import { demo } from '@menshen/suite/demo-clients'
import type { Suite } from '@menshen/suite/start-suite'
import { startTestSuite } from '../../../test/support/suite.ts'

let suite: Suite
beforeAll(async () => {
  suite = await startTestSuite(testSqliteUrl().replace('/test.db', ''))
}, 60_000)
afterAll(() => suite.stop())

const at = (path: string) => `${suite.addresses.projectCenter}${path}`
const passwordOf = (name: string) => demo.users.find(({ username }) => username === name)?.password ?? ''

/** A browser that follows to where the module sends it, signing in on the way where that is asked. */
async function visit(browser: Browser, path: string, username = 'alice'): Promise<Browser> {
  await browser.get(at(path))
  return arrive(browser, username)
}

async function arrive(browser: Browser, username = 'alice'): Promise<Browser> {
  await browser.follow()
  if (!browser.page.url.includes('/sign-in')) return browser
  await browser.submit({ username, password: passwordOf(username) }, 'password')
  await browser.follow()
  return browser
}

async function send(browser: Browser, filled: Record<string, string>, containing: string): Promise<Browser> {
  await browser.submit(filled, containing)
  await browser.follow()
  return browser
}

const titleOf = ({ page }: Browser) => /<h1>([^<]+)<\/h1>/.exec(page.body)?.[1]
const alertOf = ({ page }: Browser) => /role="alert">([^<]+)</.exec(page.body)?.[1]
const pathOf = ({ page }: Browser) => new URL(page.url).pathname

/** A browser of alice on the page of a new project. */
async function withProject(name: string): Promise<Browser> {
  const browser = await visit(createBrowser(), '/projects')
  return send(browser, { name }, 'name="description"')
}

test('who is not signed in is shown what this is, and comes back to the page that was asked for after signing in', async () => {
  const browser = createBrowser()
  await browser.get(at('/'))
  expect(titleOf(browser)).toBe('Your projects, in one place')
  await visit(browser, '/projects?state=archived')
  expect(browser.page.url).toBe(at('/projects?state=archived'))
  await visit(browser, '/')
  expect(titleOf(browser)).toBe('Your projects')
})

test('a project is created, described, archived and restored; what is wrong is said beside the field, and nothing typed is lost', async () => {
  const browser = await visit(createBrowser(), '/projects')
  await send(browser, { name: ' ', description: 'Kept as it was typed' }, 'name="description"')
  expect([browser.page.status, alertOf(browser)]).toEqual([400, 'Something is missing or not right. Look at what is marked.'])
  expect(browser.page.body).toContain('id="name-fault"')
  expect(browser.page.body).toContain('Kept as it was typed')
  await send(browser, { name: '<b>Moon</b>' }, 'name="description"')
  expect(titleOf(browser)).toBe('&lt;b&gt;Moon&lt;/b&gt;')
  const project = pathOf(browser)

  await browser.get(at(`${project}/settings`))
  await send(browser, { name: 'Moon base', description: 'Far away' }, 'settings/change')
  expect([titleOf(browser), browser.page.body.includes('Far away')]).toEqual(['Moon base', true])
  await browser.get(at(`${project}/settings`))
  await send(browser, {}, 'settings/archive')
  expect(browser.page.body).toContain('This project is archived')
  expect(browser.page.body).not.toContain('New task')
  await browser.get(at(`${project}/settings`))
  await send(browser, {}, 'settings/restore')
  expect(browser.page.body).toContain('New task')
  await browser.get(at(`${project}/activity`))
  expect(browser.page.body).toContain('restored the project')
  await browser.get(at(`${project}/settings`))
  await send(browser, {}, 'settings/delete')
  expect(pathOf(browser)).toBe('/projects')
  expect((await browser.get(at(project))).status).toBe(404)
})

test('a form that is sent twice creates once', async () => {
  const browser = await visit(createBrowser(), '/projects')
  const key = /name="key" value="([^"]+)"/.exec(browser.page.body)?.[1] ?? ''
  const made = [1, 2].map(async () => (await browser.post(at('/projects/create'), { name: 'Once', key })).location)
  expect(new Set(await Promise.all(made)).size).toBe(1)
})

test('tasks are added, started, changed, moved, commented on and deleted', async () => {
  const browser = await withProject('Tasks')
  const project = pathOf(browser)
  for (const title of ['First', 'Second']) await send(browser, { title }, 'name="title"')
  const task = /href="(\/projects\/[^"]+\/tasks\/[^"]+)">Second</.exec(browser.page.body)?.[1] ?? ''
  await browser.get(at(task))
  await send(browser, { direction: 'up' }, '/move')
  expect(browser.page.body.indexOf('>Second<')).toBeLessThan(browser.page.body.indexOf('>First<'))
  await send(browser, { task: task.split('/').at(-1) ?? '', state: 'doing' }, '/state')
  expect(browser.page.body.indexOf('>First<')).toBeLessThan(browser.page.body.indexOf('>Second<'))

  await browser.get(at(task))
  await send(browser, { title: 'Second, really', dueDate: '2027-01-31', assignee: '' }, '/change')
  expect(titleOf(browser)).toBe('Second, really')
  await send(browser, { text: 'Well done' }, 'name="text"')
  expect(browser.page.body).toContain('Well done')
  await send(browser, { text: '' }, 'name="text"')
  expect([browser.page.status, browser.page.body.includes('id="text-fault"')]).toEqual([400, true])
  await browser.get(at(task))
  await send(browser, {}, '/delete')
  expect([pathOf(browser), browser.page.body.includes('Second')]).toEqual([project, false])
})

test('of two who change a task at once the second is told so, keeps what they typed, and may save it then', async () => {
  const browser = await withProject('Conflict')
  await send(browser, { title: 'Contested' }, 'name="title"')
  const task = /href="(\/projects\/[^"]+\/tasks\/[^"]+)">Contested</.exec(browser.page.body)?.[1] ?? ''
  await browser.get(at(task))
  const etag = /name="etag" value="([^"]+)"/.exec(browser.page.body)?.[1]?.replaceAll('&quot;', '"') ?? ''
  await send(browser, { title: 'Theirs' }, '/change')
  await send(browser, { title: 'Mine', etag }, '/change')
  expect([browser.page.status, alertOf(browser)]).toEqual([412, expect.stringMatching('Somebody changed this meanwhile')])
  expect(browser.page.body).toContain('value="Mine"')
  await send(browser, {}, '/change')
  expect(titleOf(browser)).toBe('Mine')
})

test('people are invited by user name, join, change role and leave; what can not be is said with its reason', async () => {
  const browser = await withProject('People')
  const members = `${pathOf(browser)}/members`
  await browser.get(at(members))
  for (const [username, said] of [
    ['nobody-has-this', 'Something is missing'],
    ['alice', 'That is you.'],
  ] as const) {
    await send(browser, { username, role: 'viewer' }, 'name="username"')
    expect(alertOf(browser)).toContain(said)
    expect(browser.page.body).toContain(`value="${username}"`)
  }
  await send(browser, { username: 'bob', role: 'viewer' }, 'name="username"')
  expect(browser.page.body).toContain('Invited, no answer yet')
  await send(browser, { username: 'bob' }, 'name="username"')
  expect(alertOf(browser)).toBe('That person is invited already.')

  const bobs = await visit(createBrowser(), '/projects', 'bob')
  expect(bobs.page.body).toContain('You are invited')
  const id = /<strong>People<[\s\S]*?name="id" value="([^"]+)"/.exec(bobs.page.body)?.[1] ?? ''
  await send(bobs, { id }, '/projects/accept')
  expect(titleOf(bobs)).toBe('People')
  expect(bobs.page.body).not.toContain('New task')

  await browser.get(at(members))
  expect(browser.page.body).toContain('Bob Miller')
  await send(browser, { role: 'editor' }, '/role')
  await bobs.get(bobs.page.url)
  expect(bobs.page.body).toContain('New task')
  await browser.get(at(members))
  await send(browser, {}, '/leave')
  expect(alertOf(browser)).toContain('always has an owner')
  await send(browser, {}, '/hand-over')
  await send(browser, {}, '/leave')
  expect(pathOf(browser)).toBe('/projects')
  expect((await browser.get(at(members))).status).toBe(404)
})

test('a sign-in that ended elsewhere costs nothing: the person signs in again, and what they typed is still there', async () => {
  const browser = await withProject('Interrupted')
  const project = at(pathOf(browser))
  await browser.get(`${suite.addresses.issuer}/sign-out`) // in another tab
  await browser.submit()
  do await browser.get(project)
  while (!browser.page.location) // until the login has told the module
  await browser.post(`${project}/tasks`, { title: 'Typed before' }, { origin: suite.addresses.projectCenter, referer: project })
  expect(browser.page.location).toContain(suite.addresses.issuer)
  await arrive(browser)
  expect(browser.page.body).toContain('What you typed is still here')
  expect(browser.page.body).toContain('value="Typed before"')
  await send(browser, {}, 'name="title"')
  expect(browser.page.body).toContain('>Typed before<')
})

test("a foreign site's form does nothing; a strange path is the module's own page, in the person's language", async () => {
  const browser = await visit(createBrowser(), '/projects')
  await browser.post(at('/projects/create'), { name: 'Forged' }, { origin: 'https://evil.example' })
  expect([browser.page.status, titleOf(browser)]).toEqual([403, 'Nothing was done'])
  await browser.get(at('/projects/prj_..%2F..%2Finvitations'), { 'accept-language': 'zh' })
  expect([400, 404]).toContain(browser.page.status)
  await browser.get(at('/nothing'), { 'accept-language': 'zh' })
  expect([browser.page.status, titleOf(browser)]).toEqual([404, '这里什么都没有'])
})

test('the language is that of the browser, or what the person chose; times are those of the person', async () => {
  const browser = await visit(createBrowser(), '/projects')
  await browser.get(at('/projects?lang=zh-CN'))
  await browser.get(at('/projects'))
  expect(titleOf(browser)).toBe('我的项目')
  await browser.get(at('/projects?lang=en'))
  const [, project = ''] = /href="(\/projects\/prj_[^"]+)"/.exec(browser.page.body) ?? []
  await browser.get(at(`${project}/activity`))
  const [, iso = '', told] = /<time datetime="([^"]+)">([^<]+)</.exec(browser.page.body) ?? []
  const inShanghai = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' })
  expect(told).toContain(inShanghai.format(new Date(iso)))
  await browser.get(`${suite.addresses.projectCenter}/?lang=xx"><b>`)
  expect(browser.page.body).not.toContain('"><b>')
})
