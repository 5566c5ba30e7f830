import type { FailureLimit, RequestLimit } from './client-limits.ts'
import type { Ending } from './ending.ts'
import type { RemoteKeys } from './remote-keys.ts'
import type { SubjectOf, UnionOf } from './subject.ts'
import type { Limit } from './throttle.ts'
import type {
  Api,
  Attempts,
  AuthorizationCode,
  Client,
  Consent,
  Dialect,
  Grant,
  Identifier,
  Interaction,
  LogoutNotice,
  PasswordCredential,
  RefreshToken,
  Revocation,
  Session,
  SessionUse,
  SigningKey,
  SignOut,
  User,
} from './types.ts'
import type { Vault } from './vault.ts'

/** Where the protocol ends: what it needs of the world. Each store is written once over the storage port. */
export interface Stores {
  clients: ClientStore
  /** The assertions that clients have used to authenticate. */
  assertions: {
    /** Remembers one until then, in one atomic step; false when it was used before. */
    use(id: string, expiresAt: number): Promise<boolean>
  }
  apis: { all(): Promise<Api[]> }
  rates: {
    /** Adds so many to a count, which begins anew when it has expired, in one atomic step. */
    add(key: string, count: number, expiresAt: number): Promise<Rate>
  }
  users: UserStore
  sessions: SessionStore
  interactions: InteractionStore
  consents: {
    find(sub: string, client_id: string): Promise<Consent | undefined>
    ofPerson(sub: string): Promise<Consent[]>
    removeOfClient(client_id: string): Promise<void>
  }
  access: {
    /**
     * Says that this is to end, in the transaction that removes the consent, if there is one. False when a Grant was made on the consent meanwhile, or it
     * is gone.
     */
    end(ending: Ending, consent: Consent | null): Promise<boolean>
  }
  erasure: {
    /** Erases what is kept of a person besides the account; where it stops, it can begin again. What expires within two days, or names a Grant only, is left to the sweep. */
    erase(sub: string): Promise<void>
  }
  grants: GrantStore
  codes: CodeStore
  refreshTokens: RefreshTokenStore
  signOuts: {
    insert(signOut: SignOut): Promise<void>
    find(id: string): Promise<SignOut | undefined>
    /** Notes what was done, once; nothing when it was done before. */
    finish(id: string, outcome: Pick<SignOut, 'ended' | 'browser' | 'post_logout_redirect_uri'>): Promise<SignOut | undefined>
  }
  logoutNotices: {
    /** Stores one unless it is stored already. */
    ensure(notice: LogoutNotice): Promise<void>
    /** Those to try now, the longest due first. */
    due(now: number, limit: number): Promise<LogoutNotice[]>
    /** Takes one for a try, in one atomic step that says when the next would be; nothing when another process has it. */
    take(notice: LogoutNotice, nextAt: number): Promise<LogoutNotice | undefined>
    remove(id: string): Promise<void>
  }
  attempts: AttemptStore
  keys: {
    list(): Promise<SigningKey[]>
    insertMissing(key: SigningKey): Promise<void>
    reseal(id: string, sealedPrivateJwk: string): Promise<void>
  }
  /** Secrets of this server, each under its name. */
  sealed: {
    find(id: string): Promise<string | undefined>
    /** Stores it unless there is one, in one atomic step, and returns the one that is stored. */
    ensure(id: string, sealed: string): Promise<string>
    replace(id: string, sealed: string): Promise<void>
  }
  /** What APIs must not let pass, by the time it was ended. */
  revocations: {
    /** From this time on, in milliseconds. */
    since(at: number, limit: number): Promise<Revocation[]>
    after(place: readonly [at: number, id: string], limit: number): Promise<Revocation[]>
  }
  revokedTokens: { add(jti: string, expiresAt: number): Promise<void>; has(jti: string): Promise<boolean> }
}

/** How often something happened until it expires. */
export interface Rate {
  key: string
  count: number
  expiresAt: number
}

export interface ClientStore {
  find(client_id: string): Promise<Client | undefined>
  /** The origins of all redirect URIs (RFC 6454 section 4). */
  origins(): Promise<ReadonlySet<string>>
  /** Those whose secrets are sealed. */
  withSealedSecrets(): Promise<Client[]>
  /** Replaces the seals of a client that has not changed meanwhile. */
  reseal(client: Client, sealedSecrets: string[]): Promise<void>
}

export interface NewPerson extends Pick<User, 'sub' | 'preferred_username' | 'claims'> {
  identifiers: string[]
  /** Of the password. */
  hash: string
}

export interface UserStore {
  find(sub: string): Promise<User | undefined>
  identify(id: string): Promise<Identifier | undefined>
  password(sub: string): Promise<PasswordCredential | undefined>
  /** People whose accounts are in use, by `sub`, from the one after this. */
  list(page: { after: string | undefined; limit: number }): Promise<User[]>
  /** Stores a new person whole, with their event, unless an identifier is somebody's. Tells whether it did. */
  create(person: NewPerson): Promise<boolean>
  /** Stores another hash of a password that is still the same, in one atomic step. */
  replacePassword(known: PasswordCredential, hash: string): Promise<void>
}

export interface SessionStore {
  /** Those of this browser that still sign on, newest first. */
  ofBrowser(browser: string): Promise<Session[]>
  /**
   * Signs a person in, unless the account was disabled: stores the session, or renews `renewed` when the same person signed in here again, and
   * moves the browser's other sessions to its new cookie. Tells whether it did.
   */
  signIn(signingIn: { session: Session; renewed: Session | undefined; others: Session[] }): Promise<boolean>
  /** Those of this person that have not ended. */
  standingOf(sub: string): Promise<Session[]>
  find(sid: string): Promise<Session | undefined>
  /**
   * Ends a session, once, and says so; what rests on it ends by `endGrantsOf`. `endsOffline`: also what may stay
   * connected while the person is away.
   */
  end(session: Pick<Session, 'sid' | 'sub'>, options?: { endsOffline?: boolean }): Promise<void>
}

export interface InteractionStore {
  /** Ends an interaction that led to nothing. */
  finish(id: string, finishedAt: number): Promise<void>
  insert(interaction: Interaction): Promise<void>
  find(id: string): Promise<Interaction | undefined>
  /** Gives an interaction that belongs to no browser yet to this one, in one atomic step; nothing when it belongs to one. */
  bind(id: string, browser: string): Promise<Interaction | undefined>
  /** Notes whom the person chose to go on as, and whether by signing in. */
  choose(id: string, choice: Pick<Interaction, 'sid' | 'signedIn'>): Promise<void>
}

export interface GrantStore {
  find(grant_id: string): Promise<Grant | undefined>
  /** Keeps a Grant that stands until then, and returns it; nothing when it was revoked. */
  keep(grant_id: string, purgeAt: number): Promise<Grant | undefined>
  /** Notes when a Grant that stands was last used. */
  touch(grant_id: string, lastUsedAt: number): Promise<void>
  /**
   * Stores a Grant with its code, if it has one, and the consent it rests on, in one transaction that also touches the session and the user: when any of
   * them has ended, or the consent was withdrawn, nothing is stored. Tells whether it was.
   */
  authorize(authorization: {
    grant: Grant
    code: AuthorizationCode | null
    use: SessionUse
    consent: Consent | null
    /** Whether it rests on the consent from before instead, which must still stand. */
    remembered: boolean
    /** The interaction that this ends; it must not have ended before. */
    interaction: string | null
  }): Promise<boolean>
  /** The same for the password grant, whose session begins with it. */
  begin(beginning: { grant: Grant; session: Session }): Promise<boolean>
  /** Those of a session that stand. */
  ofSession(sid: string): Promise<Grant[]>
  /** These and those that were revoked. */
  allOfSession(sid: string): Promise<Grant[]>
  /** Those of this person that stand. */
  standingOf(sub: string): Promise<Grant[]>
  standingOfClient(client_id: string): Promise<Grant[]>
  /** Marks the Grant revoked, once, and says so to the other services. */
  revoke(grant_id: string, reason: string): Promise<void>
}

export interface CodeStore {
  /**
   * Counts a use of the code by who may use it and returns it, in one atomic step; nothing when no code fits all of `by`.
   * `keepUntil`: when what it gives will have ended.
   */
  take(by: CodeFilter, keepUntil: number): Promise<AuthorizationCode | undefined>
  find(by: Pick<CodeFilter, 'hash'> & Partial<CodeFilter>): Promise<AuthorizationCode | undefined>
}

export type CodeFilter = Pick<AuthorizationCode, 'hash' | 'client_id' | 'redirect_uri' | 'code_challenge'>

export interface RefreshTokenStore {
  find(by: Pick<RefreshToken, 'hash' | 'client_id'>): Promise<RefreshToken | undefined>
  /** Marks an unused token of this client used and stores its sealed successor, in one atomic step; nothing when there is no such token. */
  use(
    by: Pick<RefreshToken, 'hash' | 'client_id'>,
    mark: { usedAt: number; successor: string; successorExpiresAt: number },
  ): Promise<RefreshToken | undefined>
  /** Stores the token unless it is stored already. */
  ensure(token: RefreshToken): Promise<void>
}

/** Counts of what fails; those of a window that ended are as if they had never been. */
export interface AttemptStore {
  find(key: string): Promise<Attempts | undefined>
  /** The counts of this key, made with none where they are missing. */
  begin(key: string, expiresAt: number): Promise<Attempts>
  /** Counts one more in one atomic step, if so many were counted; else nothing. */
  count(key: string, failures: number | { lt: number }, now: number): Promise<Attempts | undefined>
  /** Takes one back from the window it was counted in. */
  giveBack(counted: Attempts): Promise<void>
}

/** Hashes and checks passwords off the event loop. */
export interface PasswordHasher {
  /**
   * Costs the same when there is no hash to compare with; false then. Whoever `hasLeft` before their turn loses it. @throws OAuthError
   * temporarily_unavailable when too many wait.
   */
  verify(password: string, hash: string | undefined, hasLeft?: () => boolean): Promise<boolean>
  hash(password: string): Promise<string>
  /** Whether `hash` would make a stronger one today. */
  isOutdated(hash: string): boolean
}

/** What works for clients that registered for it, where a setting allows it: weaker than what the core asks of all others. */
export type Compat = Dialect | 'implicit'

export interface CoreConfig {
  issuer: string
  /** Seconds. */
  accessTokenTtl: number
  idTokenTtl: number
  codeTtl: number
  refreshTokenIdleTtl: number
  refreshTokenTtl: number
  refreshTokenGrace: number
  sessionIdleTtl: number
  sessionTtl: number
  rememberedSessionIdleTtl: number
  rememberedSessionTtl: number
  interactionTtl: number
  /** Where, on this machine, a public client is known by its address as on the web. */
  loopbackWebOrigins: readonly string[]
  /** The dialects that are spoken, and whether the implicit grant is given. */
  compat: readonly Compat[]
  /** Whether people may make themselves an account. */
  signUp: 'on' | 'off'
  /** Whether apps are also told of a sign-out by frames (Front-Channel Logout 1.0). */
  frontchannelLogout: 'on' | 'off'
  /** Failures before the first wait. */
  signInFreeFailures: number
  /** Seconds. */
  signInFirstWait: number
  signInLongestWait: number
  signInWindow: number
  /** Failures in a window. */
  signInAccountLimit: number
  signInAddressLimit: number
  /** Sign-ups in a window. */
  signUpAddressLimit: number
  /** Registrations of apps in a window, from one address and by one person. */
  registrationLimit: number
}

/** `wrong` is also an unknown name and a banned account; `busy`: too many waited. */
export type SignInOutcome = 'right' | 'wrong' | 'throttled' | 'busy'

export interface CoreDeps extends Stores {
  config: CoreConfig
  clock: { now(): number }
  passwords: PasswordHasher
  /** Told how each try to sign in by password went. */
  signInHeard(outcome: SignInOutcome): void
  /** Told of each request that met a limit. */
  throttled(limit: Limit): void
  vault: Vault
  subjectOf: SubjectOf
  unionOf: UnionOf
  remoteKeys: RemoteKeys
  requestLimit: RequestLimit
  failureLimit: FailureLimit
}
