import type { Context } from 'koa'

/** A parameter of the query that was given once. */
export function textIn({ query }: Context, name: string): string | undefined {
  const value = query[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
