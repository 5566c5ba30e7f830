import { randomUUID } from 'node:crypto'
import { type Database, insertInto, type OperationOf, updateIn } from '@menshen/shared/storage'
import { newSecret, sha256 } from '../core/secrets.ts'
import type { RegistrationToken } from '../core/types.ts'
import { registrationTokens } from '../stores/registration-tokens.ts'
import { type CommitDeps, commitChange, untilDone } from './commit-change.ts'
import { type AdminPage, type PageAsked, readPage } from './page.ts'
import { NotFound } from './refusal.ts'

type TokenDeps = CommitDeps & { database: Database }

/** An initial access token as an administrator sees it: nothing of what it is compared with. */
export type ShownRegistrationToken = Omit<RegistrationToken, 'hash'>

const shownToken = ({ hash: _, ...token }: RegistrationToken): ShownRegistrationToken => token

/** Makes an initial access token (RFC 7591 section 3), told here and never again. `lifetime`: milliseconds. */
export async function createRegistrationToken(
  { uses, lifetime }: { uses: number; lifetime: number },
  deps: TokenDeps,
): Promise<{ registration_token: ShownRegistrationToken; token: string }> {
  const token = newSecret()
  const createdAt = deps.clock.now()
  const record = {
    id: randomUUID(),
    hash: sha256(token),
    createdAt,
    expiresAt: createdAt + lifetime,
    usesLeft: uses,
    revokedAt: null,
  }
  const shown = shownToken(record)
  await commitChange(
    {
      action: 'registration_token.created',
      subject: record.id,
      before: null,
      after: { ...shown },
      operations: [insertInto(registrationTokens, record)],
      events: [],
    },
    deps,
  )
  return { registration_token: shown, token }
}

/** Those that have not expired, also those that are revoked or used up, the newest first. */
export async function listRegistrationTokens(
  asked: PageAsked,
  deps: { database: Database },
): Promise<AdminPage<ShownRegistrationToken>> {
  const order = { filter: {}, by: 'createdAt', descending: true } as const
  const { items, next } = await readPage(registrationTokens, order, asked, deps)
  return { items: items.map(shownToken), next }
}

/** Takes a token out of force; what was registered with it stays. One that was revoked before stays as it is. @throws NotFound. */
export const revokeRegistrationToken = (id: string, deps: TokenDeps): Promise<ShownRegistrationToken> =>
  untilDone(async () => {
    const token = await deps.database.collection(registrationTokens).find({ id })
    if (!token) throw new NotFound(`there is no registration token ${id}`)
    if (token.revokedAt !== null) return shownToken(token)
    const revokedAt = deps.clock.now()
    const done = await commitChange(
      {
        action: 'registration_token.revoked',
        subject: id,
        before: { revokedAt: null },
        after: { revokedAt },
        operations: [updateIn(registrationTokens, { id, revokedAt: null }, { set: { revokedAt } })],
        events: [],
      },
      deps,
    )
    return done ? shownToken({ ...token, revokedAt }) : undefined
  })

/** The token of that text, while it lets somebody register; nothing is used up yet. */
export const findRegistrationToken = (
  token: string,
  { database }: { database: Database },
): Promise<RegistrationToken | undefined> =>
  database.collection(registrationTokens).find({ hash: sha256(token), usesLeft: { gt: 0 }, revokedAt: null })

/** Uses it up once, in the transaction that registers: of two who are left one use, one registers. */
export const useOf = ({ id }: RegistrationToken): OperationOf<RegistrationToken> =>
  updateIn(registrationTokens, { id, usesLeft: { gt: 0 }, revokedAt: null }, { inc: { usesLeft: -1 } })
