/** Someone who is signed in to the module: plain JSON, so that any store can keep it. The browser holds nothing but a random id. */
export interface Session {
  /** Whom the login calls so (OpenID Connect Core section 2). */
  sub: string
  /** The login's own session, by which it says that it ended (Back-Channel Logout section 2.1). */
  sid: string | undefined
  name: string | undefined
  /** What the ID token and userinfo told. */
  claims: Record<string, unknown>
  id_token: string
  tokens: Tokens
  /** Milliseconds since the epoch. */
  signedInAt: number
  /** The `state` of the sign-in that made it: going back to its callback is no fault. */
  state: string
  /** What the person had typed when they were sent to sign in. */
  typed: Typed | undefined
}

export interface Tokens {
  access_token: string
  refresh_token: string | undefined
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** A form that was sent, and could not be taken until the person had signed in again. */
export interface Typed {
  /** The path that it was sent to. */
  action: string
  fields: Array<[name: string, value: string]>
}

/** Keeps sessions by id; a store of one's own lets several processes share them. */
export interface SessionStore {
  get(id: string): Promise<Session | undefined>
  /** Keeps a new session, for as long as the store keeps sessions. */
  add(id: string, session: Session): Promise<void>
  /** Changes parts of a session, in one step; nothing when it is not there any more: who signed out stays signed out. */
  update(id: string, changes: Partial<Session>): Promise<Session | undefined>
  delete(id: string): Promise<void>
  /** Ends all sessions to which everything given applies (Back-Channel Logout section 2.7). */
  end(which: Ended): Promise<void>
}

/** Whose sessions ended at the login: one's by `sid`, or all of a person's. */
export interface Ended {
  sub?: string
  sid?: string
}

/** Whether everything given applies to a session. */
export const isNamed = ({ sub, sid }: Ended, session: Pick<Session, 'sub' | 'sid'>): boolean =>
  (sub === undefined || session.sub === sub) && (sid === undefined || session.sid === sid)
