import { randomUUID } from 'node:crypto'
import { authorizationParameters } from './authorization-request.ts'
import type { CoreDeps } from './ports.ts'
import { sha256 } from './secrets.ts'
import type { Interaction } from './types.ts'

/** How long an interaction is remembered past its end, so that it can restart itself, in milliseconds. */
const remembered = 24 * 3600 * 1000

/** Begins to wait for the person, bound to the browser that asked; without one, to the first that comes for it. */
export function newInteraction(
  { params, browser }: { params: Interaction['params']; browser: string | null },
  { clock, config }: Pick<CoreDeps, 'clock' | 'config'>,
): Interaction {
  const createdAt = clock.now()
  const expiresAt = createdAt + config.interactionTtl * 1000
  const kept = params.filter(([name]) => authorizationParameters.includes(name))
  return {
    id: randomUUID(),
    browser: browser === null ? null : sha256(browser),
    params: kept,
    sid: null,
    signedIn: false,
    finishedAt: null,
    createdAt,
    expiresAt,
    purgeAt: expiresAt + remembered,
  }
}
