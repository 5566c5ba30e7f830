import { claimsOfScope, standardClaims } from './claims.ts'
import { OAuthError } from './errors.ts'
import type { RequestedClaims } from './types.ts'

/** One claim asked for (OpenID Connect Core section 5.5.1). `values`: those that will do; undefined: any. */
interface Wish {
  essential: boolean
  values: unknown[] | undefined
}

type Wishes = ReadonlyMap<string, Wish>

/** The `claims` parameter of an authorization request (OpenID Connect Core section 5.5). */
export interface ClaimsParameter {
  userinfo: Wishes
  id_token: Wishes
}

const longest = 8000

/** Reads the parameter; members that are not understood are ignored. @throws OAuthError invalid_request when it is malformed. */
export function readClaimsParameter(text: string | undefined): ClaimsParameter {
  const members = text === undefined ? {} : requireObject(parse(text), 'claims')
  return { userinfo: readWishes(members['userinfo'], 'userinfo'), id_token: readWishes(members['id_token'], 'id_token') }
}

function parse(text: string): unknown {
  if (text.length > longest) throw new OAuthError('invalid_request', `claims must not be longer than ${longest} characters`)
  try {
    return JSON.parse(text)
  } catch {
    throw new OAuthError('invalid_request', 'claims is not valid JSON')
  }
}

function readWishes(member: unknown, name: string): Wishes {
  const wishes = member === undefined ? {} : requireObject(member, `${name} of claims`)
  return new Map(Object.entries(wishes).map(([claim, wish]) => [claim, readWish(wish)]))
}

/** null: just so. */
function readWish(wish: unknown): Wish {
  const { essential = false, value, values } = wish === null ? {} : requireObject(wish, 'each claim of claims')
  if (typeof essential !== 'boolean') throw new OAuthError('invalid_request', 'essential in claims must be true or false')
  if (values !== undefined && !Array.isArray(values)) throw new OAuthError('invalid_request', 'values in claims must be a list')
  if (value !== undefined && values !== undefined)
    throw new OAuthError('invalid_request', 'a claim of claims may have value or values, not both')
  return { essential, values: value === undefined ? values : [value] }
}

function requireObject(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OAuthError('invalid_request', `${name} must be an object`)
  return value as Record<string, unknown>
}

/**
 * What is kept of it: claims of scopes that the client is registered for, whatever scopes it asks for now; none when there are none.
 * `scope`: that of the client.
 */
export function requestedClaims({ userinfo, id_token }: ClaimsParameter, scope: string): RequestedClaims | null {
  const may = new Set(claimsOfScope(scope))
  const kept = (wishes: Wishes) =>
    Object.fromEntries(
      standardClaims
        .filter((name) => may.has(name) && wishes.has(name))
        .map((name) => [name, wishes.get(name)?.values?.map((value) => JSON.stringify(value)) ?? []]),
    )
  const claims = { userinfo: kept(userinfo), id_token: kept(id_token) }
  return namesOf(claims).length > 0 ? claims : null
}

const namesOf = ({ userinfo, id_token }: RequestedClaims) => [...new Set([...Object.keys(userinfo), ...Object.keys(id_token)])]

/** The claims that are asked for by name and that no scope of the request gives: what a person must agree to besides. */
export function claimsBeyond(scope: string, claims: RequestedClaims | null): string[] {
  const given = claimsOfScope(scope)
  return claims ? namesOf(claims).filter((name) => !given.includes(name)) : []
}

/**
 * The subjects one of which is asked for, where `sub` has a value (OpenID Connect Core section 5.5.1) or an ID token hints at one; undefined: anybody.
 */
export function requestedSubjects({ userinfo, id_token }: ClaimsParameter, hinted: string | undefined): string[] | undefined {
  const lists = [hinted && [hinted], userinfo.get('sub')?.values, id_token.get('sub')?.values].filter(
    (list) => list !== undefined,
  )
  const [first, ...others] = lists as [unknown[]?, ...unknown[][]]
  return first?.filter((sub) => typeof sub === 'string' && others.every((list) => list.includes(sub))) as string[] | undefined
}

/** An essential `acr` that can't be had fails the request (OpenID Connect Core section 5.5.1.1). `known`: those there are. */
export function requireAcr({ id_token }: ClaimsParameter, known: readonly string[]): void {
  const acr = id_token.get('acr')
  if (!acr?.essential || !acr.values || acr.values.some((value) => known.includes(value as string))) return
  throw new OAuthError('unmet_authentication_requirements', 'no way of signing in here has an acr that was asked for')
}
