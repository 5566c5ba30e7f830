import type { Context, Middleware } from 'koa'
import { accessTo } from '../core/access.ts'
import { endDevice, endOtherDevices, withdrawApp } from '../core/end-access.ts'
import type { Params } from '../core/params.ts'
import type { Session } from '../core/types.ts'
import type { AuthDeps } from '../deps.ts'
import { readPageForm } from '../http/form.ts'
import { localeOf } from '../http/locale.ts'
import { redirect, withQuery } from '../http/redirect.ts'
import { renderPage } from '../http/render.ts'
import { browserSessions } from '../http/session.ts'
import { locales } from '../locales/index.ts'
import { shownPerson } from './shown.ts'
import { shownApps, shownDevices } from './shown-access.ts'

/**
 * `GET|POST /account/sessions`: where a person is signed in and which apps may use the account; ends one device, all others, or an app's access. Whose
 * account it is of several in this browser says `as`, a `sid`; else it is that of who signed in last.
 */
export const accountSessionsPage =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    deps.cookies.rememberLocale(ctx)
    const sessions = await browserSessions(ctx, deps)
    const form = ctx.method === 'POST' ? await readPageForm(ctx) : undefined
    const asked = form ? form.get('as') : ctx.query['as']
    const session = sessions.find(({ sid }) => sid === asked) ?? sessions[0]
    if (!session) return redirect(ctx, '/sign-in?for=sessions')
    if (!form) return show(ctx, { session, sessions }, deps)
    if (!deps.csrf.proves(form.get('csrf'), csrfParts(ctx, session, deps))) return show(ctx, { session, sessions }, deps, 403)
    await end(ctx, form, { session, sessions }, deps)
  }

/** Who is here, and all who are signed in in this browser. */
interface Here {
  session: Session
  sessions: readonly Session[]
}

/** Whatever there is nothing of is answered like a page that was only opened: nobody learns whose it is. */
async function end(ctx: Context, form: Params, { session, sessions }: Here, deps: AuthDeps): Promise<void> {
  const { sid, sub } = session
  const [device, client_id] = [form.get('end'), form.get('withdraw')]
  if (device === sid) {
    await endDevice(session, deps)
    if (sessions.length === 1) deps.cookies.forgetSessions(ctx)
    return redirect(ctx, '/signed-out')
  }
  const acts: ReadonlyArray<[done: Done, act: () => false | Promise<boolean>]> = [
    ['device', () => device !== undefined && endDevice({ sid: device, sub }, deps)],
    ['others', () => form.get('others') === 'end' && endOtherDevices(session, deps)],
    ['app', () => client_id !== undefined && withdrawApp({ sub, client_id }, deps)],
  ]
  const query = keptOf({ session, sessions })
  for (const [done, act] of acts) if (await act()) query['done'] = done
  redirect(ctx, withQuery('/account/sessions', query))
}

type Done = keyof (typeof locales)['en']['account']['done']

async function show(ctx: Context, here: Here, deps: AuthDeps, status = 200): Promise<void> {
  const { session, sessions } = here
  const { devices, apps } = await accessTo(session.sub, deps)
  const user = await deps.users.find(session.sub)
  const told = { now: deps.clock.now(), locale: localeOf(ctx), zoneinfo: user?.claims['zoneinfo'] }
  const { account, errors } = locales[told.locale]
  const done = String(ctx.query['done'])
  ctx.status = status
  await renderPage(ctx, 'account-sessions', {
    kept: keptOf(here),
    user: await shownPerson(session.sub, deps),
    others: await Promise.all(
      sessions
        .filter(({ sid }) => sid !== session.sid)
        .map(async ({ sid, sub }) => ({ href: `?as=${sid}`, ...(await shownPerson(sub, deps)) })),
    ),
    devices: await shownDevices(devices, session.sid, told, deps),
    apps: await shownApps(ctx, apps, told, deps),
    form: { csrf: deps.csrf.token(csrfParts(ctx, session, deps)), as: session.sid },
    error: status === 403 ? errors.csrf.message : undefined,
    done: Object.hasOwn(account.done, done) ? account.done[done as Done] : undefined,
  })
}

/** Of several accounts the page stays with the one it is about. */
const keptOf = ({ session, sessions }: Here): Record<string, string> => (sessions.length > 1 ? { as: session.sid } : {})

/** The forms belong to this person in this browser. */
const csrfParts = (ctx: Context, { sid }: Session, { cookies }: AuthDeps): string[] => [
  'account',
  cookies.ensureBrowser(ctx),
  sid,
]
