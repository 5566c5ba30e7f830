import type { Context } from 'koa'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { interactionPath, proceedAs } from '../http/proceed.ts'
import { redirect, withQuery } from '../http/redirect.ts'
import type { Waiting } from './interaction.ts'
import { shownClient } from './shown.ts'

export type EntrancePage = 'sign-in' | 'sign-up'

/** Where somebody comes in: because an app asked, or by our own pages. */
export interface Entrance {
  path(page: EntrancePage): string
  /** Where people with another account go. */
  other: string
  /** What the forms are bound to. */
  csrfParts: readonly string[]
  client: ReturnType<typeof shownClient> | undefined
  /** The form that leads back to the app. */
  back: { action: string; csrf: string } | undefined
  login_hint: string
  enter(session: Session): Promise<void>
  /** What of the page's query stays when another language is chosen. */
  kept: Readonly<Record<string, string>>
}

/** At the request of an app; it goes on as soon as somebody is in. */
export async function appEntrance(ctx: Context, waiting: Waiting, deps: AuthDeps): Promise<Entrance> {
  const { interaction, request } = waiting
  const path = (page: EntrancePage | 'cancel') => interactionPath(interaction.id, page)
  const csrfParts = entranceParts(waiting)
  return {
    path,
    other: `${path('sign-in')}?account=other`,
    csrfParts,
    client: shownClient(request),
    back: { action: path('cancel'), csrf: deps.csrf.token(csrfParts) },
    login_hint: request.login_hint ?? (await hintedName(ctx, request, deps)),
    enter: (session) => proceedAs(ctx, { request, interaction, session }, { signedIn: true }, deps),
    kept: {},
  }
}

/** The name of the person who is asked for, on a device where they signed in before: elsewhere the app, which knows only their `sub`, could read it here. */
async function hintedName(
  ctx: Context,
  { subjects: [sub] = [] }: Waiting['request'],
  { knownDevices, users }: AuthDeps,
): Promise<string> {
  if (sub === undefined || knownDevices.nameFor(ctx, sub) === undefined) return ''
  return (await users.find(sub))?.preferred_username ?? ''
}

/**
 * The page to which who signs in by our own pages comes, and the query that remembers it: a word, and what was typed there, as no address is ever taken
 * from a request (RFC 9700 section 4.11).
 */
export function returnOf({ query }: Context): { path: string; kept: Readonly<Record<string, string>> } {
  const typed = typedApp((name) => query[name])
  if (query['for'] === 'sessions') return { path: '/account/sessions', kept: { for: 'sessions' } }
  if (query['for'] === 'app')
    return { path: withQuery('/client/add', { form: 'open', ...typed }), kept: { for: 'app', ...typed } }
  return { path: '/', kept: {} }
}

/** What somebody told of an app that they want to register. */
export const typedApp = (read: (name: string) => unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['clientName', 'redirectUrl', 'description'].flatMap((name) => {
      const text = read(name)
      return typeof text === 'string' && text !== '' ? [[name, text]] : []
    }),
  )

/** By our own pages; who is in sees that they are. */
export function ownEntrance(ctx: Context, deps: AuthDeps): Entrance {
  const { path, kept } = returnOf(ctx)
  return {
    path: (page) => withQuery(`/${page}`, kept),
    other: withQuery('/sign-in', { account: 'other', ...kept }),
    csrfParts: ['sign-in', '', deps.cookies.ensureBrowser(ctx)],
    client: undefined,
    back: undefined,
    login_hint: '',
    enter: async () => redirect(ctx, path),
    kept,
  }
}

/** The forms belong to this interaction in this browser. */
export const entranceParts = ({ interaction, browser }: Waiting): string[] => ['sign-in', interaction.id, browser]
