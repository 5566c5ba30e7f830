import type { Context } from 'koa'
import type { AuthDeps } from '../deps.ts'
import { localeOf } from '../http/locale.ts'
import { locales } from '../locales/index.ts'

/** What an app may do, in plain words. */
export interface Wish {
  kind: 'scope' | 'claim'
  name: string
  description: string
}

/** Each scope in plain words, ours where we have some, else the API's own; and each claim that no scope tells already. */
export async function wishesOf(
  ctx: Context,
  { scopes, claims }: { scopes: readonly string[]; claims: readonly string[] },
  { apis }: Pick<AuthDeps, 'apis'>,
): Promise<Wish[]> {
  const phrases: { scopes: Record<string, string>; claims: Record<string, string> } = locales[localeOf(ctx)]
  const owned = (await apis.all()).flatMap((api) => api.scopes)
  const describe = (name: string) =>
    (Object.hasOwn(phrases.scopes, name) ? phrases.scopes[name] : undefined) ??
    owned.find((known) => known.name === name)?.description ??
    name
  return [
    ...scopes.map((name): Wish => ({ kind: 'scope', name, description: describe(name) })),
    ...claims.map((name): Wish => ({ kind: 'claim', name, description: phrases.claims[name] ?? name })),
  ]
}
