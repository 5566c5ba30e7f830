import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Browser, createBrowser } from '@menshen/shared/testing/browser'
import { createApp } from '../src/app.ts'
import { close } from './fake-menshen.ts'

/** A browser that can do all of a sign-in: from the button to the home page. */
export interface SiteBrowser extends Browser {
  signIn(): Promise<void>
}

export interface Site {
  baseUrl: string
  log: string[]
  browser(): SiteBrowser
  stop(): Promise<void>
}

/** Starts the site on a free port; its address is known only then, so a door is opened first. */
export async function startSite(issuer: string): Promise<Site> {
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const baseUrl = `http://localhost:${(server.address() as AddressInfo).port}`
  const log: string[] = []
  const app = createApp({
    issuer,
    clientId: 'learntrack',
    clientSecret: 'a secret',
    baseUrl,
    openApiUrl: issuer,
    noteClient: { clientId: 'the app of the notes', clientSecret: 'its secret' },
    allowInsecure: true,
    log: (line) => void log.push(line),
  })
  const handle = app.callback()
  return { baseUrl, log, browser: () => newBrowser(baseUrl), stop: () => close(server) }
}

function newBrowser(site: string): SiteBrowser {
  const browser = createBrowser()
  const signIn = async () => {
    await browser.get(`${site}/login`)
    await browser.follow()
  }
  return Object.assign(browser, { signIn })
}
