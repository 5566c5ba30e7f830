import type { JSONWebKeySet } from 'jose'

/**
 * The records of the protocol. What an RFC names keeps its name and unit (`auth_time`: seconds); our own names are camelCase, and times in
 * them milliseconds since the epoch.
 */

/** A client: RFC 7591 section 2 metadata, and what we add. */
export interface Client {
  client_id: string
  client_name: string
  client_uri: string | null
  token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'none'
  /** The only algorithm its assertions may have; null or absent: any that fits. */
  token_endpoint_auth_signing_alg?: string | null
  /** Its public keys, for private_key_jwt. */
  jwks?: JSONWebKeySet | null
  /** Where it publishes them, instead. */
  jwks_uri?: string | null
  redirect_uris: string[]
  /** Where the browser may be sent once the person is signed out (RP-Initiated Logout section 3.1); absent: nowhere. */
  post_logout_redirect_uris?: string[]
  /** Where it is told that a session ended (Back-Channel Logout section 2.2); null or absent: nowhere. */
  backchannel_logout_uri?: string | null
  /** Whether it must be told which; it always is. */
  backchannel_logout_session_required?: boolean
  /** What a page of ours shows in a frame when a session ended (Front-Channel Logout section 2); null or absent: nothing. */
  frontchannel_logout_uri?: string | null
  /** Whether that address must name the session. */
  frontchannel_logout_session_required?: boolean
  grant_types: string[]
  response_types: string[]
  /** What it may ask for, separated by spaces. */
  scope: string
  id_token_signed_response_alg: SigningAlgorithm
  /** How its access tokens are signed; null or absent: as the APIs want it. */
  access_token_signing_alg?: SigningAlgorithm | null
  /** Absent: public. */
  subject_type?: SubjectType
  /** Names the sector of a pairwise client; null or absent: the host of its redirect URIs does. */
  sector_identifier_uri?: string | null
  /** The server that its developers wrote it for, in whose words it is spoken to; null or absent: the core's. */
  dialect?: Dialect | null
  /** Whose app it is: a `sub`, or a name; null or absent: of whoever runs this server. */
  owner?: string | null
  /** What it is for, in its developers' words: never shown to people who are asked to trust it; null or absent: nothing said. */
  description?: string | null
  /** One of our own: skips consent, may use the password grant. */
  first_party: boolean
  require_pkce: boolean
  /** SHA-256 of each secret in force; several while one is replaced. */
  secretHashes: string[]
  /** The same for client_secret_jwt, which must read them: sealed, and no hash besides. */
  sealedSecrets?: string[] | null
  /** Since when nothing is given to it; null or absent: it is in use. */
  disabledAt?: number | null
  /** Counts its changes. */
  version: number
}

export type SigningAlgorithm = 'ES256' | 'RS256'

/** Servers whose requests and answers are translated. */
export type Dialect = 'authserver' | 'egg' | 'wechat'

/** OpenID Connect Core section 8. */
export type SubjectType = 'public' | 'pairwise'

/** Something whose access tokens are good no more, although they have not expired. */
export interface Revocation {
  /** `kind value` */
  id: string
  /** The claim that its tokens have. */
  kind: 'grant_id' | 'jti' | 'client_id'
  value: string
  at: number
  /** Tokens that were issued later are good, in seconds; null: none is. */
  issuedBefore: number | null
  /** When no token of it can be alive. */
  endsAt: number
}

/** A resource server that takes our access tokens. */
export interface Api {
  /** Its base URL, the audience of its tokens (RFC 8707). */
  resource: string
  name: string
  scopes: ApiScope[]
  /** Lifetime of its access tokens in seconds; null: the server's default. */
  access_token_ttl: number | null
  access_token_signing_alg: SigningAlgorithm
  /** The clients that may introspect for it. */
  client_ids: string[]
  /** Counts its changes. */
  version: number
}

/** What a client may be allowed to do at an API. */
export interface ApiScope {
  name: string
  description: string
  /** For first_party clients alone; absent: for any. */
  first_party?: boolean | undefined
}

/** A person: the account's state and the OpenID standard claims (OpenID Connect Core section 5.1). */
export interface User {
  sub: string
  /** As typed at sign-up; it identifies folded. */
  preferred_username: string
  claims: Record<string, unknown>
  /** When name or claims last changed; absent: not known. */
  updatedAt?: number
  disabledAt: number | null
  /** Since when the account is no more: what is left is its `sub`, which is never anybody else's (OpenID Connect Core section 8); null or absent: it is there. */
  deletedAt?: number | null
  /** What they may do beyond an account of their own; in no token; absent: nothing. */
  roles?: Role[]
  /** When a Grant last rested on this account; written in the transaction that makes one, so that none slips past a ban. */
  lastGrantAt: number | null
  version: number
}

/** `admin` runs this server, `reviewer` looks at what developers register, `developer` registers apps. */
export const roles = ['admin', 'reviewer', 'developer'] as const
export type Role = (typeof roles)[number]

/** What a person signs in with; only a user name, or a verified e-mail or phone. */
export interface Identifier {
  /** `kind:folded value`. */
  id: string
  sub: string
}

/** A password, hashed with argon2id. */
export interface PasswordCredential {
  sub: string
  hash: string
}

/** A person signed in: in a browser, or through the password grant (then without one). */
export interface Session {
  sid: string
  sub: string
  /** SHA-256 of the cookie that names the browser. */
  browser: string | null
  /** Whether the browser keeps it when it is closed; absent in records of earlier versions: no. */
  remembered?: boolean
  /** When the person last proved who they are. */
  authenticatedAt: number
  /** RFC 8176. */
  amr: string[]
  /** The client that signed in by password grant. */
  client_id: string | null
  /** From where, and by which program as it calls itself, the person did; absent in records of earlier versions. */
  address?: string
  userAgent?: string | null
  endedAt: number | null
  /** When the person first signed in there; signing in again renews the session. */
  createdAt: number
  /** When it last signed on; absent in records of earlier versions: not known. */
  lastSeenAt?: number
  /** No single sign-on after this: moved on with each use, never past `endsAt`. */
  idleUntil: number
  /** When it ends whatever its use; absent in records of earlier versions: with `purgeAt`. */
  endsAt?: number
  /** Kept as long as a Grant may rest on it, so that the device can be told and ended. */
  purgeAt: number
}

/** What changes of a session each time that it signs on. */
export type SessionUse = Required<Pick<Session, 'lastSeenAt' | 'idleUntil' | 'endsAt' | 'purgeAt'>>

/** An authorization request that waits for a person. */
export interface Interaction {
  id: string
  /** SHA-256 of the cookie of the browser that it belongs to; null until that comes for it, as after a POST from another site. */
  browser: string | null
  /** The parameters of the request, as name and values. */
  params: Array<[string, string[]]>
  /** The session that was chosen on one of its pages. */
  sid: string | null
  /** Whether the person proved on one of its pages who they are. */
  signedIn: boolean
  createdAt: number
  expiresAt: number
  /** When it led to a Grant: once only. */
  finishedAt: number | null
  /** Kept past its end, so that it can restart itself. */
  purgeAt: number
}

/** What every code and token of one authorization descends from, and the unit of revocation. */
export interface Grant {
  grant_id: string
  client_id: string
  sub: string
  sid: string
  scope: string
  /** The resources asked for (RFC 8707); none: those that own the scopes. */
  resource: string[]
  auth_time: number
  amr: string[]
  /** Claims asked for by name; null or absent: none. */
  claims?: RequestedClaims | null
  createdAt: number
  /** When it last gave tokens for a refresh token, to the hour; null or absent: not since it was made. */
  lastUsedAt?: number | null
  revokedAt: number | null
  revokedFor: string | null
  purgeAt: number
}

/** Claims that a request asked for by name (OpenID Connect Core section 5.5), each with the values that will do, as JSON; none: any. */
export interface RequestedClaims {
  userinfo: Record<string, string[]>
  id_token: Record<string, string[]>
}

/** An authorization code, by its hash. */
export interface AuthorizationCode {
  hash: string
  grant_id: string
  client_id: string
  /** As it stood in the request; null when it did not. */
  redirect_uri: string | null
  code_challenge: string | null
  nonce: string | null
  uses: number
  expiresAt: number
  /** A used code stays as long as what it gave, so that a replay is known for one. */
  purgeAt: number
}

/** A refresh token, by its hash; it is used once. */
export interface RefreshToken {
  hash: string
  grant_id: string
  client_id: string
  usedAt: number | null
  /** The one that follows, sealed under this one. */
  successor: string | null
  /** As its row says, also when that row was never stored. */
  successorExpiresAt: number | null
  /** 30 days after it was issued, by default. */
  expiresAt: number
  /** 180 days after the first of its family was issued, by default: no successor lives longer. */
  familyExpiresAt: number
}

/** A sign-out: what an app asked for, and what became of it. */
export interface SignOut {
  id: string
  /** Who asks for it, as far as it is known; null: the person. */
  client_id: string | null
  /** Of the ID token that the client showed; null: of none that holds. */
  hint: { sub: string; sid: string } | null
  /** Proven to be one that the client registered. */
  post_logout_redirect_uri: string | null
  state: string | null
  logout_hint: string | null
  ui_locales: string | null
  fault: SignOutFault | null
  /** SHA-256 of the cookie of the browser in which it was done. */
  browser: string | null
  /** Whom it signed out; null until it is done. */
  ended: EndedSession[] | null
  expiresAt: number
}

export type EndedSession = Pick<Session, 'sid' | 'sub'>

/** What is wrong with a sign-out that an app asks for: a parameter, or that it is about somebody who is not here. */
export type SignOutFault = 'id_token_hint' | 'client_id' | 'post_logout_redirect_uri' | 'someone_else'

/** A client that must be told that a session ended. */
export interface LogoutNotice {
  /** `sid client_id`. */
  id: string
  sid: string
  /** Of the account. */
  sub: string
  client_id: string
  tries: number
  /** When it is tried again; moved on by whoever tries. */
  nextAt: number
  /** When it is given up. */
  endsAt: number
}

/** How often something failed in a window of time. */
export interface Attempts {
  /** Kind and SHA-256 of what it is about. */
  key: string
  /** Those under way count, until they prove right. */
  failures: number
  /** When the last of them began. */
  lastAt: number
  expiresAt: number
}

/** What a person agreed that an app may see. */
export interface Consent {
  /** `sub client_id`. */
  id: string
  sub: string
  client_id: string
  scope: string
  /** Claims asked for by name, separated by spaces; absent: none. */
  claims?: string
  /** When the person first agreed; absent in records of earlier versions: not known. */
  createdAt?: number
  updatedAt: number
  /** How many Grants were made on it, and when the last; absent in records of earlier versions. */
  uses?: number
  usedAt?: number
}

/** A signing key; its private half is sealed. */
export interface SigningKey {
  /** `alg generation`: the process that is second at making it finds it made. */
  id: string
  kid: string
  alg: SigningAlgorithm
  publicJwk: Record<string, unknown>
  sealedPrivateJwk: string
  createdAt: number
  /** It is published before it signs, so that APIs know it by then; absent: it signed from the beginning. */
  signsFrom?: number
  /** When the last token that it signed has ended, once another took its place; null or absent: not known yet. */
  endsAt?: number | null
}

/** An initial access token (RFC 7591 section 3): whoever holds it may register apps. */
export interface RegistrationToken {
  id: string
  /** SHA-256 of the token. */
  hash: string
  createdAt: number
  expiresAt: number
  /** How many apps may still be registered with it. */
  usesLeft: number
  /** Since when it is worth nothing; null: it is in use. */
  revokedAt: number | null
}

/** What an administrator did; written in the transaction that did it, and never changed, but that what tells of a person goes with the account. */
export interface AuditRecord {
  id: string
  at: number
  /**
   * Who: the user of the system, or whoever MENSHEN_ACTOR names; of an app that registered itself the `sub` of its person, `registration-token ID`, or
   * `anybody`.
   */
  actor: string
  /** What: `client.disabled`. */
  action: string
  /** To what: a client_id, a sub, a kid. */
  subject: string
  /** The fields that changed as they were, without secrets; null: it was not there. */
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}
