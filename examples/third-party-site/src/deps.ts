import { createLogin, type Login } from './login.ts'
import type { SiteOptions } from './options.ts'
import { createSessions, type Sessions } from './session.ts'

/** What the routes work with. */
export interface SiteDeps {
  login: Login
  sessions: Sessions
  baseUrl: string
  openApiUrl: string
  now: () => number
  log: (line: string) => void
}

export function createDeps(options: SiteOptions): SiteDeps {
  const { baseUrl, openApiUrl, now = Date.now, log = console.error } = options
  return { login: createLogin(options), sessions: createSessions(now), baseUrl, openApiUrl, now, log }
}
