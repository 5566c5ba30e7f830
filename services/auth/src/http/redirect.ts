import type { Context } from 'koa'

/** 303: whatever came, the browser goes on with a GET and sends no form along (RFC 9700 section 4.12). */
export function redirect(ctx: Context, url: string): void {
  ctx.redirect(url)
  ctx.status = 303
}

/** A path of ours with a query, if there is any. */
export const withQuery = (path: string, query: Readonly<Record<string, string>>): string =>
  Object.keys(query).length > 0 ? `${path}?${new URLSearchParams(query)}` : path

/** Where a sign-out goes on that was asked for. */
export const signOutPath = (id: string): string => `/sign-out/${id}`
