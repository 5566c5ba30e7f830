import { pageOf } from '@menshen/shared/storage'
import type { Context, Middleware } from 'koa'
import { OAuthError } from '../../core/errors.ts'
import { includesScope } from '../../core/scope.ts'
import type { User } from '../../core/types.ts'
import type { AuthDeps } from '../../deps.ts'
import { askForToken } from '../../http/bearer.ts'
import { readTokenHolder, type TokenHolder } from './require-token.ts'

/**
 * `GET /users`: with the scope `user:list` a page of people, the next one in `Link` (RFC 8288); with any other token its own person. Ids are those that the
 * client knows people by.
 */
export const listUsersRoute =
  (deps: AuthDeps): Middleware =>
  async (ctx) => {
    const holder = await readTokenHolder(ctx, deps)
    if (!holder) return askForToken(ctx)
    ctx.body = includesScope(holder.scope, 'user:list') ? await pageOfUsers(ctx, holder, deps) : [oneself(holder, deps)]
  }

/** The name only where the person agreed to it. */
function oneself({ client, person, scope }: TokenHolder, { subjectOf }: AuthDeps) {
  if (!person) throw new OAuthError('insufficient_scope', 'a client that acts for itself needs the scope user:list')
  const { sub, preferred_username: name } = person
  return { id: subjectOf(client, sub), ...(includesScope(scope, 'profile') && { name }) }
}

async function pageOfUsers(ctx: Context, { client }: TokenHolder, { users, vault, subjectOf, config }: AuthDeps) {
  const limit = readLimit(ctx.query['limit'])
  const found = await users.list({ after: readCursor(ctx.query['cursor'], vault), limit: limit + 1 })
  const { items, next } = pageOf(found, limit, ({ sub }) => [sub, sub])
  if (next) {
    const query = new URLSearchParams({ limit: String(limit), cursor: vault.seal(next[1], sealedAs) })
    ctx.set('link', `<${config.issuer}/users?${query}>; rel="next"`)
  }
  return items.map(({ sub, preferred_username: name }: User) => ({ id: subjectOf(client, sub), name }))
}

const most = 100

function readLimit(text: unknown = String(most)): number {
  const limit = /^\d{1,3}$/.test(String(text)) ? Number(text) : 0
  if (limit < 1 || limit > most) throw new OAuthError('invalid_request', `limit must be a number from 1 to ${most}`)
  return limit
}

/** Where the page begins is sealed, as an account's own subject is not this client's to know. */
const sealedAs = 'cursor of GET /users'

function readCursor(sealed: unknown, vault: AuthDeps['vault']): string | undefined {
  if (sealed === undefined) return undefined
  try {
    return vault.open(String(sealed), sealedAs).text
  } catch (cause) {
    throw new OAuthError('invalid_request', 'cursor is none that was given here', { cause })
  }
}
