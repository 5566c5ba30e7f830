import type { Context } from 'koa'
import { newSecret } from '../core/secrets.ts'
import { exact, localeCookie } from './locale.ts'
import { PageError } from './page-error.ts'

/** The cookies of auth; Secure and `__Host-` follow the issuer, never the connection. */
export interface Cookies {
  /**
   * Name the browser that people are signed in in; a new value at each sign-in. One is forgotten when the browser is closed, the other is kept, for
   * those who asked to stay signed in.
   */
  readSessions(ctx: Context): string[]
  /** `keepFor`: milliseconds; null until the browser is closed. */
  writeSession(ctx: Context, value: string, keepFor: number | null): void
  forgetSessions(ctx: Context): void
  /** Binds interactions to the browser that began them; outlives a sign-in, proves nobody. */
  readBrowser(ctx: Context): string | undefined
  /**
   * The same, made where there is none. A POST makes none: from another site it brings no Lax cookie, and a new one would take the place of the one
   * that everything under way in this browser is bound to. @throws PageError
   */
  ensureBrowser(ctx: Context): string
  /** Tells the devices on which people signed in before from those of strangers. */
  readDevice(ctx: Context): string | undefined
  writeDevice(ctx: Context, value: string): void
  /** Remembers the language that the person chose by a link of the page. */
  rememberLocale(ctx: Context): void
}

const aYear = 365 * 86_400_000
const sessionCookies = ['menshen_session', 'menshen_remembered'] as const
const secretShape = /^[\w-]{43}$/
/** Its name, and a proof for each of its people. */
const deviceShape = /^[\w-]{43}(?:\.[\w-]{43}){1,5}$/

export function createCookies(issuer: string): Cookies {
  const secure = issuer.startsWith('https:')
  const prefix = secure ? '__Host-' : ''

  function read(ctx: Context, name: string, shape = secretShape): string | undefined {
    const value = ctx.cookies.get(prefix + name)
    return value !== undefined && shape.test(value) ? value : undefined
  }
  function write(ctx: Context, name: string, value: string | null, maxAge: number | null = null): void {
    ctx.cookies.secure = secure // behind a proxy the connection is not
    const kept = maxAge === null ? {} : { maxAge }
    ctx.cookies.set(prefix + name, value, { httpOnly: true, sameSite: 'lax', path: '/', secure, overwrite: true, ...kept })
  }

  return {
    readSessions: (ctx) => sessionCookies.map((name) => read(ctx, name)).filter((value) => value !== undefined),
    writeSession: (ctx, value, keepFor) =>
      write(ctx, keepFor === null ? 'menshen_session' : 'menshen_remembered', value, keepFor),
    forgetSessions(ctx) {
      for (const name of sessionCookies) write(ctx, name, null)
    },
    readBrowser: (ctx) => read(ctx, 'menshen_browser'),
    ensureBrowser(ctx) {
      const known = read(ctx, 'menshen_browser')
      if (known !== undefined) return known
      if (ctx.method === 'POST') throw new PageError('missingCookies', 403)
      const made = newSecret()
      write(ctx, 'menshen_browser', made)
      return made
    },
    readDevice: (ctx) => read(ctx, 'menshen_device', deviceShape),
    writeDevice: (ctx, value) => write(ctx, 'menshen_device', value, aYear),
    rememberLocale(ctx) {
      const chosen = exact(ctx.query['lang'])
      ctx.cookies.secure = secure
      if (chosen) ctx.cookies.set(localeCookie, chosen, { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge: aYear })
    },
  }
}
