import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

/** Whether a browser is here; in CI there must be one. */
export function hasChromium(): boolean {
  const found = existsSync(executablePath)
  if (!found && process.env['CI'] === 'true')
    throw new Error(`${executablePath} is missing: in CI the browser tests are not skipped`)
  return found
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
