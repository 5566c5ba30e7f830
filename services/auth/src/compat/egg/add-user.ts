import type { Context, Middleware } from 'koa'
import { countSignUp } from '../../core/attempts.ts'
import { OAuthError } from '../../core/errors.ts'
import { requireSingle } from '../../core/params.ts'
import { createAccount, type SignUp, type SignUpFault, signUpFaults } from '../../core/sign-up.ts'
import type { AuthDeps } from '../../deps.ts'
import { callerOf } from '../../http/caller.ts'
import { readFormParams, readJsonParams } from '../../http/form.ts'
import { refuseOtherSites } from './refuse-other-sites.ts'

/** `POST /users`: makes an account, by the rules and within the limits of the sign-up page. */
export const addUserRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    refuseOtherSites(ctx, deps)
    if (deps.config.signUp === 'off')
      throw new OAuthError('access_denied', 'people can not make themselves an account here', { status: 403 })
    const typed = await readSignUp(ctx)
    const [fault] = signUpFaults(typed)
    if (fault) throw refused(fault)
    await countSignUp(callerOf(ctx).address, deps)
    const id = await createAccount(typed, deps)
    if (id === undefined) throw refused({ field: 'username', fault: 'taken' })
    ctx.body = { id, name: typed.username }
  }

/** The columns of that server's model, in a form or in JSON; `name` is what people sign in with. */
async function readSignUp(ctx: Context): Promise<SignUp> {
  const params = await (ctx.is('json') ? readJsonParams(ctx) : readFormParams(ctx))
  requireSingle(params)
  const text = (name: string) => params.get(name)?.trim() ?? ''
  return {
    username: text('name') || text('username'),
    name: `${text('firstname')} ${text('lastname')}`.trim(),
    email: text('email'),
    password: params.get('password') ?? '',
  }
}

const columns: Record<SignUpFault['field'], string> = {
  username: 'name',
  name: 'firstname and lastname',
  email: 'email',
  password: 'password',
}

const faults: Record<SignUpFault['fault'], string> = {
  unreadable: 'must be 1 to 64 readable characters',
  email: 'must not look like an e-mail address',
  phone: 'must not look like a phone number',
  taken: 'is taken',
  malformed: 'is malformed',
  short: 'must have 8 characters or more',
  long: 'must have 256 characters or fewer',
  isUsername: 'must not be the name',
  common: 'is one that many people have',
}

const refused = ({ field, fault }: SignUpFault) => new OAuthError('invalid_request', `${columns[field]} ${faults[fault]}`)
