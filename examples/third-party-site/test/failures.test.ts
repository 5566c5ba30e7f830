import { afterEach, expect, test } from '@jest/globals'
import { startFakeMenshen } from './fake-menshen.ts'
import { type Site, startSite } from './site.ts'

const nobody = 'http://localhost:1'
let site: Site

afterEach(() => site.stop())

test('the site starts without the login, says so without a stack, and tries again by itself', async () => {
  const menshen = await startFakeMenshen()
  menshen.behaviour.down = true
  site = await startSite(menshen.address)
  const browser = site.browser()
  expect((await browser.get(site.baseUrl)).status).toBe(200)
  expect((await browser.get(`${site.baseUrl}/login`)).status).toBe(503)
  menshen.behaviour.down = false
  expect((await browser.get(`${site.baseUrl}/login`)).status).toBe(303)
  await menshen.stop()
})

test('a login that nobody answers for is a page of its own; the reason goes to the log', async () => {
  site = await startSite(nobody)
  const { status, body, headers } = await site.browser().get(`${site.baseUrl}/login`)
  expect(status).toBe(503)
  expect(headers.get('retry-after')).toBe('30')
  expect(body).toContain('The login can’t be reached')
  expect(body).not.toMatch(/ECONNREFUSED|fetch failed|node_modules|\.ts:\d/)
  expect(site.log.join()).toContain('GET /login: unreachable')
})

test('no script runs, and no page is kept or framed', async () => {
  site = await startSite(nobody)
  for (const path of ['/', '/nowhere', '/login']) {
    const { headers, body } = await site.browser().get(site.baseUrl + path)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).not.toMatch(/<script|style="|<style/)
  }
})

test('pages speak Chinese or English, by Accept-Language', async () => {
  site = await startSite(nobody)
  const page = (language: string) => site.browser().get(site.baseUrl, { 'accept-language': language })
  expect((await page('zh-CN,zh;q=0.9,en;q=0.8')).body).toContain('使用门神登录')
  expect((await page('en-GB,en;q=0.9,zh;q=0.1')).body).toContain('Sign in with Menshen')
  expect((await page('fr')).body).toContain('lang="en"')
})

test('the style and the icon are served', async () => {
  site = await startSite(nobody)
  const browser = site.browser()
  expect((await browser.get(`${site.baseUrl}/site.css`)).headers.get('content-type')).toBe('text/css; charset=utf-8')
  expect((await browser.get(`${site.baseUrl}/icon.svg`)).headers.get('content-type')).toBe('image/svg+xml')
})

test('who types 127.0.0.1 for localhost is sent to the name that the sign-in comes back to', async () => {
  site = await startSite(nobody)
  const browser = site.browser()
  const { status, location } = await browser.get(site.baseUrl.replace('localhost', '127.0.0.1'))
  expect([status, location]).toEqual([303, `${site.baseUrl}/`])
  expect((await browser.follow()).status).toBe(200)
})
