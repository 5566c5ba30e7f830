import { z } from 'zod'
import { grantTypeOf, responseTypes } from '../core/authorization-request.ts'
import { assertionAlgorithms, clientAuthenticationMethods } from '../core/client-authentication/index.ts'
import { dialects } from '../core/dialect.ts'
import { grantHandlers } from '../core/grants/index.ts'
import { ownScopes } from '../core/scope.ts'
import { signingAlgorithms } from '../core/signing-keys.ts'
import { subjectTypes } from '../core/subject.ts'
import { longestAccessToken } from '../core/token-issuance.ts'
import { addressSchema, standardClaims } from './claims.ts'
import { flag, line, listOf, matching, must, oneOf, webAddress } from './expectations.ts'
import { jwksSchema } from './jwks.ts'
import { clientAddressFault, postLogoutRedirectUriFault, redirectUriFault } from './redirect-uri.ts'
import { usernameSentence } from './username.ts'

/** Refuses a text with the reason that `faultOf` gives. */
const refusing = (faultOf: (text: string) => string | undefined) => (text: string, context: z.RefinementCtx<string>) => {
  const message = faultOf(text)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
}

const scopeToken = '[\\x21\\x23-\\x5b\\x5d-\\x7e]+'
const clientId = matching(/^[\x21-\x39\x3b-\x7e]{1,128}$/, 'printable ASCII without blanks or colon, 128 characters at most')
const uri = z.string(must('a URI')).max(2000, must('2000 characters at most'))
const redirectUri = uri.superRefine(refusing(redirectUriFault))
const postLogoutRedirectUri = uri.superRefine(refusing(postLogoutRedirectUriFault))
const clientAddress = uri.superRefine(refusing(clientAddressFault))

const sectorUri = webAddress.refine((uri) => uri.startsWith('https:'), must('an https URL (OpenID Connect Core section 8.1)'))

/** A client: RFC 7591 section 2 metadata with the defaults found there, and what we add. */
export const clientSchema = z.strictObject(
  {
    client_id: clientId,
    client_secret: matching(/^[\x20-\x7e]{8,256}$/, '8 to 256 printable ASCII characters').optional(),
    client_name: line.optional(),
    client_uri: webAddress.nullable().default(null),
    redirect_uris: listOf(redirectUri).default([]),
    post_logout_redirect_uris: listOf(postLogoutRedirectUri).default([]),
    backchannel_logout_uri: clientAddress.nullable().default(null),
    backchannel_logout_session_required: flag.default(false),
    frontchannel_logout_uri: clientAddress.nullable().default(null),
    frontchannel_logout_session_required: flag.default(false),
    grant_types: listOf(oneOf([...grantHandlers.map(({ type }) => type), grantTypeOf.token])).default(['authorization_code']),
    response_types: listOf(oneOf(responseTypes)).optional(),
    scope: matching(
      new RegExp(`^(${scopeToken}( ${scopeToken})*)?$`),
      'scopes with one space between them (RFC 6749 section 3.3)',
    ).default(''),
    token_endpoint_auth_method: oneOf(clientAuthenticationMethods.map(({ method }) => method)).default('client_secret_basic'),
    token_endpoint_auth_signing_alg: oneOf(assertionAlgorithms).nullable().default(null),
    jwks: jwksSchema.nullable().default(null),
    jwks_uri: clientAddress.nullable().default(null),
    id_token_signed_response_alg: oneOf(signingAlgorithms).default('RS256'),
    access_token_signing_alg: oneOf(signingAlgorithms).nullable().default(null),
    subject_type: oneOf(subjectTypes).default('public'),
    sector_identifier_uri: sectorUri.nullable().default(null),
    dialect: oneOf(dialects).nullable().default(null),
    owner: line.nullable().default(null),
    description: line.nullable().default(null),
    first_party: flag.default(false),
    require_pkce: flag.default(false),
  },
  must('an object'),
)

/** A person: what they sign in with, and their claims. */
export const userSchema = z.strictObject(
  {
    username: z.string(must('a text')).superRefine(refusing(usernameSentence)),
    password: z.string(must('a text')).min(8, must('8 characters or more')).max(256, must('256 characters at most')).optional(),
    sub: matching(/^[\x21-\x7e]{1,255}$/, 'printable ASCII without blanks, 255 characters at most').optional(),
    ...standardClaims,
  },
  must('an object'),
)

const scopeSchema = z.strictObject(
  {
    name: matching(new RegExp(`^${scopeToken}$`), 'one scope (RFC 6749 section 3.3)').refine(
      (name) => !ownScopes.includes(name),
      { error: 'is a scope of OpenID Connect or of auth, which no API can claim' },
    ),
    description: line,
    first_party: flag.optional(),
  },
  must('an object with name and description'),
)

const ttl = `whole seconds, 1 to ${longestAccessToken}`
const audience = must('an absolute URL without fragment or user (RFC 8707 section 2)')
const isAudience = (text: string) =>
  /^[a-z][a-z0-9+.-]*:[\x21-\x22\x24-\x3f\x41-\x5b\x5d-\x7e]+$/i.test(text) && URL.canParse(text)

/** A resource server that takes our access tokens. */
export const apiSchema = z.strictObject(
  {
    resource: z.string(audience).refine(isAudience, audience),
    name: line,
    scopes: listOf(scopeSchema, (scope) => (scope as { name?: unknown } | null)?.name).default([]),
    access_token_ttl: z.int(must(ttl)).min(1, must(ttl)).max(longestAccessToken, must(ttl)).nullable().default(null),
    access_token_signing_alg: oneOf(signingAlgorithms).default('ES256'),
    client_ids: listOf(clientId).default([]),
  },
  must('an object'),
)

/** What `menshen apply` takes. */
export const documentSchema = z.strictObject(
  {
    clients: z.array(clientSchema, must('a list')).default([]),
    users: z.array(userSchema, must('a list')).default([]),
    apis: z.array(apiSchema, must('a list')).default([]),
  },
  must('an object with clients, users and apis'),
)

/** The document as it is written: what has a default may be left out. */
export type ApplyDocument = z.input<typeof documentSchema>
export type Entries = z.output<typeof documentSchema>
export type ClientEntry = z.output<typeof clientSchema>
export type UserEntry = z.output<typeof userSchema>
export type ApiEntry = z.output<typeof apiSchema>

/** The keys an object may have, by its place in the document. */
export const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(documentSchema.shape),
  clients: Object.keys(clientSchema.shape),
  'clients.jwks': Object.keys(jwksSchema.shape),
  users: Object.keys(userSchema.shape),
  'users.address': Object.keys(addressSchema.shape),
  apis: Object.keys(apiSchema.shape),
  'apis.scopes': Object.keys(scopeSchema.shape),
}
