/** `node --conditions=menshen-source --import tsx scripts/pictures.ts`: takes the pictures of README from a running demo, with Chromium. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { silentLog } from '@menshen/shared/log'
import { freePorts, loadSuiteConfig } from '@menshen/suite/config'
import { startSuite } from '@menshen/suite/start-suite'
import { launchChromium } from '../test/e2e/chromium.ts'

const pictures = fileURLToPath(new URL('../docs/pictures/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'menshen-pictures-'))
const env = { ...freePorts, DATABASE_URL: `sqlite:${folder}`, SECRETS_FILE: join(folder, 'secret.key') }
const suite = await startSuite(loadSuiteConfig(env), { env, logOf: () => silentLog })
const browser = await launchChromium()
mkdirSync(pictures, { recursive: true })

try {
  for (const [locale, person] of [
    ['en-US', 'alice'],
    ['zh-CN', 'bob'], // alice has agreed by then
  ] as const) {
    const page = await browser.newPage({ locale, viewport: { width: 420, height: 720 } })
    const take = (name: string) => page.screenshot({ path: `${pictures}${name}-${locale.slice(0, 2)}.png` })
    await page.goto(suite.addresses.thirdPartySite)
    await page.getByRole('main').getByRole('link').or(page.getByRole('main').getByRole('button')).first().click()
    await page.locator('#username').fill(person)
    await take('sign-in')
    await page.locator('#password').fill(`${person}-demo-password-8060`)
    await page.locator('#password').press('Enter')
    await page.waitForURL(/\/consent$/)
    await take('consent')
    await page.locator('button[value=allow]').click()
    await page.waitForURL(`${suite.addresses.thirdPartySite}/**`)
    await take('site')
    await page.setViewportSize({ width: 1100, height: 760 })
    await page.goto(`${suite.addresses.projectCenter}/projects`)
    await page.getByRole('link', { name: 'Website redesign' }).click()
    await page.waitForURL(/\/projects\/prj_/)
    await take('suite')
    await page.close()
  }
  const page = await browser.newPage({ viewport: { width: 1100, height: 720 } })
  await page.goto(`${suite.addresses.projectApi}/reference#createProject`)
  await page.screenshot({ path: `${pictures}reference.png` })
} finally {
  await browser.close()
  await suite.stop()
  rmSync(folder, { recursive: true })
}
