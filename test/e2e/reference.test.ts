import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { problemTypes } from '@menshen/shared/http/problem'
import { startResource, stopAfterEach } from '@menshen/shared/testing/resource-service'
import type { Browser } from 'playwright-core'
import { loadOpenApiConfig } from '../../services/open-api/src/config.ts'
import { startOpenApi } from '../../services/open-api/src/start.ts'
import { violations } from './axe.ts'
import { hasChromium, launchChromium } from './chromium.ts'

const pictures = process.env['PICTURES']
const start = () => startResource({ load: loadOpenApiConfig, start: startOpenApi })

stopAfterEach()

test('the type of a problem leads to its description', async () => {
  const { url, send } = await start()
  const { body } = await send('/v1/learning/summary')
  const target = new URL(body.type, url)
  const page = await (await fetch(target)).text()
  expect(page).toContain(`id="${target.hash.slice(1)}"`)
  for (const type of Object.keys(problemTypes)) expect(page).toContain(`id="${type}"`)
})

test('the reference has every operation and schema of the document, and needs no script', async () => {
  const { url, send } = await start()
  const { body } = await send('/openapi.json')
  const response = await fetch(`${url}/reference`)
  const page = await response.text()
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'self';/)
  expect(page).not.toContain('<script')
  const operations = Object.values(body.paths as object).flatMap((methods) => Object.values(methods as object))
  for (const { operationId } of operations) expect(page).toContain(`<section id="${operationId}"`)
  for (const name of Object.keys(body.components.schemas)) expect(page).toContain(`<section id="schema-${name}"`)
  expect(page).toContain('{ items: list of <a href="#schema-Course">Course</a>, next: string }') // what an answer without a name holds
  for (const [, anchor] of page.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${anchor}"`)
})

;(hasChromium() ? describe : describe.skip)('the reference in Chromium (skipped without /usr/bin/chromium)', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
    if (pictures) await mkdir(pictures, { recursive: true })
  }, 60_000)
  afterAll(() => browser.close())

  test.each(['light', 'dark'] as const)(
    'axe finds nothing and nothing is cut off: %s',
    async (colorScheme) => {
      const { url } = await start()
      const context = await browser.newContext({ colorScheme, bypassCSP: true })
      const page = await context.newPage()
      for (const [name, path] of [
        ['reference', '/reference'],
        ['errors', '/docs/errors'],
      ] as const) {
        await page.goto(url + path)
        expect(await violations(page)).toEqual([])
        for (const width of [320, 390, 1280]) {
          await page.setViewportSize({ width, height: 800 })
          expect([name, width, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([
            name,
            width,
            true,
          ])
          if (pictures) await page.screenshot({ path: `${pictures}/${name}-${colorScheme}-${width}.png`, fullPage: true })
        }
      }
      await context.close()
    },
    60_000,
  )
})
