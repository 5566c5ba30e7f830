import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from '../src/app.ts'
import { close } from './fake-menshen.ts'

export interface Answer {
  status: number
  location: string
  cookie: string
  headers: Headers
  body: string
}

/** A browser with one cookie and no patience for redirects. */
export interface Browser {
  get(address: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, headers?: Record<string, string>): Promise<Answer>
  /** All the way: from the button to the signed-in home page. Gives the callback's address. */
  signIn(): Promise<string>
}

export interface Site {
  baseUrl: string
  log: string[]
  browser(): Browser
  stop(): Promise<void>
  /** Moves its clock, in milliseconds. */
  pass(time: number): void
}

/** Starts the site on a free port; its address is known only then, so a door is opened first. */
export async function startSite(issuer: string, options: { baseUrl?: string } = {}): Promise<Site> {
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const address = `http://localhost:${(server.address() as AddressInfo).port}`
  const baseUrl = options.baseUrl ?? address
  const log: string[] = []
  let ahead = 0
  const app = createApp({
    issuer,
    clientId: 'learntrack',
    clientSecret: 'a secret',
    baseUrl,
    openApiUrl: issuer,
    allowInsecure: true,
    now: () => Date.now() + ahead,
    log: (line) => void log.push(line),
  })
  const handle = app.callback()
  const pass = (time: number) => {
    ahead += time
  }
  return { baseUrl, log, browser: () => newBrowser(address), stop: () => close(server), pass }
}

function newBrowser(site: string): Browser {
  let cookie = ''
  const send = async (address: string, init: RequestInit): Promise<Answer> => {
    const headers = { ...(cookie && { cookie }), ...(init.headers as Record<string, string>) }
    const response = await fetch(new URL(address, site), { ...init, headers, redirect: 'manual' })
    const set = response.headers.get('set-cookie') ?? ''
    if (set !== '') cookie = set.slice(0, set.indexOf(';'))
    const location = response.headers.get('location') ?? ''
    return { status: response.status, location, cookie: set, headers: response.headers, body: await response.text() }
  }
  const get = (address: string, headers = {}) => send(address, { headers })
  const post = (path: string, headers = {}) => send(path, { method: 'POST', headers })
  const signIn = async () => {
    const { location } = await get('/login')
    const { location: back } = await get(location)
    await get(back)
    return back
  }
  return { get, post, signIn }
}
