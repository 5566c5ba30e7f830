import { afterEach, expect, test } from '@jest/globals'
import Koa from 'koa'
import { readForm } from '../http/body.ts'
import { createBrowser } from './browser.ts'
import { formIn } from './forms.ts'
import { type Listening, listen } from './http.ts'

const servers: Listening[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

const PAGE = `<form action="/search"><input name="q" value="x"></form>
  <form method="POST" action='/sign-in?a=1&amp;b=2'>
    <input type="hidden" name="csrf" value="a&quot;b&#39;c&#x64;">
    <input name=user required> <input type="checkbox" name="stay" value="1" checked> <input type="checkbox" name="not" value="1">
    <button name="action" value="go">Go</button> <input type="submit" name="ok">
  </form>`

async function startSite() {
  const app = new Koa()
  app.use(async (ctx) => {
    if (ctx.path === '/') ctx.body = PAGE
    if (ctx.path === '/sign-in') {
      ctx.cookies.set('sid', 's1', { httpOnly: true })
      ctx.cookies.set('narrow', 'n1', { path: '/account' })
      ctx.append('set-cookie', 'strict=1; path=/; secure')
      ctx.body = { query: ctx.querystring, form: await readForm(ctx), origin: ctx.get('origin') }
    }
    if (ctx.path === '/sign-out') ctx.cookies.set('sid', null)
    if (ctx.path === '/jump') ctx.redirect('/jump-again')
    if (ctx.path === '/jump-again') ctx.redirect('http://elsewhere.example/callback?code=1')
    if (ctx.path === '/loop') ctx.redirect('/loop')
    if (ctx.path.endsWith('/cookies')) ctx.body = ctx.get('cookie')
  })
  const site = await listen(app)
  servers.push(site)
  return site.url
}

test('a form is read with its hidden fields, and sent with what was filled in', async () => {
  expect(formIn(PAGE)).toEqual({ action: '/search', method: 'get', fields: { q: 'x' } })
  expect(formIn(PAGE, 'csrf')).toEqual({
    action: '/sign-in?a=1&b=2',
    method: 'post',
    fields: { csrf: 'a"b\'cd', user: '', stay: '1' },
  })
  const others = `<form><textarea name="bio">\na &lt; b\n</textarea><select name="role"><option value="a"><option value="b" selected></select>
    <select name="first"><option value="x"><option value="y"></select></form>`
  expect(formIn(others).fields).toEqual({ bio: 'a < b\n', role: 'b', first: 'x' })
  expect(() => formIn('<p>no</p>', 'csrf')).toThrow('no form with csrf')

  const url = await startSite()
  const browser = createBrowser()
  await browser.get(url)
  const answer = await browser.submit({ user: 'alice' }, 'csrf')
  expect(JSON.parse(answer.body)).toEqual({
    query: 'a=1&b=2',
    form: [
      ['csrf', 'a"b\'cd'],
      ['user', 'alice'],
      ['stay', '1'],
    ],
    origin: url,
  })
})

test('cookies go to their host and path, whatever the port (RFC 6265 sections 5.4 and 8.5)', async () => {
  const [url, neighbour] = [await startSite(), await startSite()]
  const browser = createBrowser()
  await browser.post(`${url}/sign-in`, {})
  expect((await browser.get(`${neighbour}/cookies`)).body).toBe('sid=s1; strict=1')
  expect((await browser.get(`${url}/account/cookies`)).body).toBe('sid=s1; narrow=n1; strict=1')
  expect((await browser.get(`${url.replace('127.0.0.1', 'localhost')}/cookies`)).body).toBe('')
  await browser.get(`${url}/sign-out`)
  expect((await browser.get(`${url}/cookies`)).body).toBe('strict=1')
  expect(browser.cookies.get('narrow')).toBe('n1')
})

test('redirects are followed when told to, and not into a place that is not there', async () => {
  const url = await startSite()
  const browser = createBrowser()
  expect(await browser.get(`${url}/jump`)).toMatchObject({ status: 302, location: `${url}/jump-again` })
  const last = await browser.follow('http://elsewhere.example/')
  expect(last).toMatchObject({ url: `${url}/jump-again`, location: 'http://elsewhere.example/callback?code=1' })
  await browser.get(`${url}/loop`)
  await expect(browser.follow()).rejects.toThrow('more than 10 redirects')
})
