import { randomUUID } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import type { AppFault, Registrant } from '../../admin/register-app.ts'
import { countRegistration } from '../../core/attempts.ts'
import { OAuthError } from '../../core/errors.ts'
import { addressBlock } from '../../core/throttle.ts'
import type { AuthDeps } from '../../deps.ts'
import { readBearerHeader } from '../../http/bearer.ts'
import { callerOf } from '../../http/caller.ts'
import { readTold } from './app-told.ts'
import { success } from './envelope.ts'

/**
 * `GET|POST /client/add`: registers an app, by query, form or JSON. Who may is said by an initial access token, which stands in the Authorization header only
 * (RFC 7591 section 3): an address ends in logs. Without one it is refused, unless COMPAT_OPEN_REGISTRATION lets anybody.
 */
export const clientAddRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const registrant = await registrantOf(ctx, deps)
    const app = await readTold(ctx)
    const { registerApp } = await import('../../admin/register-app.ts')
    const clientId = randomUUID()
    const answer = await registerApp(app, { clientId, registrant }, { ...deps, openVault: async () => deps.vault })
    if (!answer) throw refused('the initial access token was used up')
    if ('faults' in answer) throw new OAuthError('invalid_request', answer.faults.map(sentenceOf).join('; '))
    ctx.body = success(answer)
  }

const sentenceOf = ({ field, text }: AppFault) => `${field} ${text}`

/**
 * Sends browsers to the page, where a person registers an app of theirs; scripts and whoever has a token want the envelope, and where registration is open
 * an address that tells all, unless it leads to the form.
 */
export const forPeople =
  (page: Middleware, { config }: AuthDeps): Middleware =>
  (ctx, next) => {
    const isPerson = ctx.get('authorization') === '' && ctx.accepts('json', 'html') === 'html'
    const { form, clientName } = ctx.query
    const isWholeRequest = config.openRegistration && form === undefined && clientName !== undefined
    return isPerson && !isWholeRequest ? page(ctx, next) : next()
  }

/** Who registers. @throws OAuthError invalid_token, or temporarily_unavailable after too many. */
async function registrantOf(ctx: Context, deps: AuthDeps): Promise<Registrant> {
  const { address } = callerOf(ctx)
  const given = readBearerHeader(ctx)
  if (given === undefined && deps.config.openRegistration) {
    await countRegistration({ address, sub: null }, deps)
    return { actor: 'anybody', owner: null, token: null }
  }
  if (given === undefined) throw refused('an initial access token is missing: Authorization: Bearer')
  const guesses = `registration at ${addressBlock(address)}`
  deps.failureLimit.requireOpen(guesses)
  const { findRegistrationToken } = await import('../../admin/registration-tokens.ts')
  const token = await findRegistrationToken(given, deps)
  if (token) return { actor: `registration-token ${token.id}`, owner: null, token }
  await deps.failureLimit.count(guesses)
  throw refused('the initial access token is unknown, used up, revoked or expired')
}

const refused = (description: string): OAuthError =>
  new OAuthError('invalid_token', description, { headers: { 'www-authenticate': 'Bearer' } })
