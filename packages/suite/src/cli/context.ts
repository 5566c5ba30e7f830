import { userInfo } from 'node:os'
import { type AdminDeps, openAdmin } from '@menshen/auth/admin/open'
import { type AuthConfig, loadAuthConfig } from '@menshen/auth/config'
import type { Env } from '@menshen/shared/config/settings'
import { addressesOf } from '../addresses.ts'
import { loadSuiteConfig } from '../config.ts'
import { databaseUrlOf } from '../database-urls.ts'
import type { Context } from './command.ts'
import type { Terminal } from './terminal.ts'

/** What commands work with; `close` ends what they opened. */
export function createContext(env: Env, terminal: Terminal): Context & { close(): Promise<void> } {
  let opened: Promise<AdminDeps> | undefined
  const config = () => authConfigOf(env)
  return {
    env,
    terminal,
    config,
    async admin({ readOnly = false } = {}) {
      const settings = config()
      opened ??= openAdmin(settings, { readOnly, actor: actorOf(env) })
      return opened
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}

/** The settings of auth as `npm start` would read them. What is not set stays so: production wants to be told. */
function authConfigOf(env: Env): AuthConfig {
  const base = env['DATABASE_URL']
  const databaseUrl = base ? { DATABASE_URL: databaseUrlOf(base, 'auth') } : {}
  const ports = env['AUTH_PORT'] || env['TLS_CERT_FILE'] ? { ISSUER: addressesOf(loadSuiteConfig(env)).issuer } : {}
  return loadAuthConfig({ ...env, ...ports, ...databaseUrl })
}

/** Who does it: whom MENSHEN_ACTOR names, or the user of the system. */
export function actorOf(env: Env): string {
  const named = env['MENSHEN_ACTOR']
  if (named) return named.slice(0, 200)
  try {
    return userInfo().username
  } catch {
    return 'unknown' // a container may run under a number that has no name
  }
}
