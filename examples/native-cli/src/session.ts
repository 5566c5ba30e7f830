import { ResponseBodyError } from 'openid-client'
import type { Deps } from './deps.ts'
import { Failure, isOutage, notSignedIn } from './failure.ts'
import type { Tokens } from './provider.ts'
import type { Kept } from './token-file.ts'

type SessionDeps = Pick<Deps, 'options' | 'provider' | 'tokens' | 'now'>

/** Refreshed this long before their end, in milliseconds. */
const MARGIN = 30_000

/** The JSON that an API answers in the person's name; a token that it refuses is refreshed once. @throws Failure */
export async function read(address: string, deps: SessionDeps): Promise<Record<string, unknown>> {
  const kept = await liveTokens(deps)
  const first = await ask(address, kept)
  const answer = first.status === 401 ? await ask(address, await refreshed(kept, deps)) : first
  if (answer.status === 401) throw notSignedIn()
  if (!answer.ok) throw new Failure(`${new URL(address).origin} answered ${answer.status}. Please try again later.`)
  return Object(await answer.json())
}

const ask = (address: string, { access_token }: Tokens): Promise<Response> =>
  fetch(address, {
    headers: { authorization: `Bearer ${access_token}`, accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  }).catch((cause) => {
    throw new Failure(`${new URL(address).origin} can’t be reached.`, cause)
  })

async function liveTokens(deps: SessionDeps): Promise<Kept> {
  const kept = await keptFor(deps)
  return deps.now() < kept.expiresAt - MARGIN ? kept : refreshed(kept, deps)
}

/** Those of another login or another program are not ours to send. */
async function keptFor({ tokens, options: { issuer, clientId } }: SessionDeps): Promise<Kept> {
  const kept = await tokens.read()
  if (kept?.issuer !== issuer || kept.clientId !== clientId) throw notSignedIn()
  if (!(await tokens.isPrivate()))
    throw new Failure(`Others on this machine may have read ${tokens.path}. Sign out (npm start -- logout), then in again.`)
  return kept
}

/** A lost answer is asked for again: within its grace Menshen gives the same successor, also to a second program that refreshes at the same time. */
async function refreshed(kept: Kept, deps: SessionDeps): Promise<Kept> {
  const { refresh_token } = kept
  if (refresh_token === undefined) throw notSignedIn()
  try {
    const tokens = await deps.provider.refresh(refresh_token).catch((error) => {
      if (!isOutage(error)) throw error
      return deps.provider.refresh(refresh_token)
    })
    const next = { ...kept, ...tokens, refresh_token: tokens.refresh_token ?? refresh_token }
    await deps.tokens.write(next) // before the access token is used
    return next
  } catch (error) {
    if (!(error instanceof ResponseBodyError) || error.error !== 'invalid_grant') throw error
    await deps.tokens.remove()
    throw notSignedIn(error)
  }
}
