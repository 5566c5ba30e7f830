/** A specification, how far it is followed today, and what of it is not there. Written by hand: keep it honest. */
export interface Standard {
  name: string
  url: string
  followed: string
  missing: string
}

const rfc = (number: number, title: string, followed: string, missing = ''): Standard => ({
  name: `RFC ${number}, ${title}`,
  url: `https://www.rfc-editor.org/rfc/rfc${number}`,
  followed,
  missing,
})

const openid = (title: string, page: string, followed: string, missing: string): Standard => ({
  name: `OpenID Connect ${title}`,
  url: `https://openid.net/specs/${page}.html`,
  followed,
  missing,
})

/** What is followed, wholly or in part. */
export const standards: readonly Standard[] = [
  rfc(
    6749,
    'OAuth 2.0',
    'Code, refresh token, client credentials and, for first-party clients only, password. Unknown and unregistered scopes are dropped (section 3.3) and the answer names those granted.',
    'The implicit grant (section 4.2), for good.',
  ),
  rfc(
    6750,
    'Bearer tokens',
    'The Authorization header (section 2.1), at userinfo also the form of a POST (2.2), and the challenges of section 3.',
    'Tokens in the query (2.3), for good: they leak. The APIs take the header only.',
  ),
  rfc(
    7009,
    'Token revocation',
    'Refresh and access tokens; either ends its whole Grant (section 2.1), one that rests on no Grant is remembered by its `jti`. `token_type_hint` is not needed and ignored.',
    'APIs outside the suite hear of it when they ask for what was revoked (`/oauth2/revocations`); else an access token opens them until its `exp`.',
  ),
  rfc(
    7517,
    'JSON Web Key',
    'The public keys at `/oauth2/jwks`, each with `kid` (the thumbprint of RFC 7638), `alg` and `use`.',
    'Encryption keys.',
  ),
  rfc(7519, 'JSON Web Token', 'Access and ID tokens, signed (RFC 7515) with ES256 or RS256 (RFC 7518).', 'Encrypted tokens.'),
  rfc(
    7523,
    'JWT assertions for client authentication',
    '`private_key_jwt` and `client_secret_jwt` (section 2.2): `jti` is required and works once, `exp` is an hour ahead at most, every `aud` is the issuer, the token endpoint or the endpoint called. Keys are registered as `jwks` or published at a `jwks_uri`.',
    'Assertions as grants (section 2.1).',
  ),
  rfc(
    7591,
    'Dynamic client registration',
    'Its names and defaults for clients, in the file of `menshen apply`. Initial access tokens (section 3), for `/client/add` of the authserver dialect.',
    'The endpoint in its own words.',
  ),
  rfc(
    7636,
    'PKCE',
    'S256. Public clients must use it, others when they register `require_pkce`; a verifier without challenge is refused.',
    '`plain`, for good.',
  ),
  rfc(
    7662,
    'Token introspection',
    'Access and refresh tokens, for confidential clients: their own, and access tokens for an API that names them in `client_ids`; all else is `{ "active": false }`.',
    'Signed answers (RFC 9701).',
  ),
  rfc(
    8252,
    'Native apps',
    'Redirect URIs of private-use schemes and, on any port, of loopback addresses (section 7.3). Public clients on either are never signed on to unseen (8.6): the person is asked to continue, or to consent.',
  ),
  rfc(
    8414,
    'Authorization server metadata',
    '`/.well-known/oauth-authorization-server`, from the lists above.',
    'Signed metadata.',
  ),
  rfc(
    8707,
    'Resource indicators',
    '`resource`, also several, in authorization and token requests; `aud` and scope are narrowed to them.',
  ),
  rfc(
    8725,
    'JWT best practices',
    'A list of accepted algorithms, explicit types (`at+jwt`), issuer and audience always checked.',
  ),
  rfc(
    9068,
    'JWT access tokens',
    'Type, claims and validation. ES256, or RS256 for an API or a client that registers it. `grant_id` and `sid` besides.',
    '`acr` and `amr`. One `aud` for each token (section 3): a token may name several APIs, see [ADR 0005](adr/0005-several-apis-in-one-aud.md).',
  ),
  rfc(9207, 'Issuer identification', '`iss` in every authorization response, also in errors.'),
  rfc(
    9457,
    'Problem details',
    'The errors of the APIs: [errors.md](errors.md).',
    '`type` is relative, and no service serves the page it names.',
  ),
  rfc(
    9700,
    'OAuth 2.0 security best practice',
    'Exact redirect URIs, PKCE, single-use codes, rotated refresh tokens with reuse detection, 303 redirects.',
    'Section 2.4 forbids the password grant: first-party clients may have it here. Tokens bound to a key (2.2.1). A used refresh token gives its successor again for 30 seconds.',
  ),
  openid(
    'Core',
    'openid-connect-core-1_0',
    'Code flow. userinfo (5.3) with all standard claims by scope (5.4) or by the `claims` parameter (5.5), which reaches what the scopes registered by the client cover. ID tokens with `nonce`, `auth_time`, `acr`, `amr`, `at_hash`, `sid`, RS256 by default or ES256. Subjects public or pairwise (8), see [ADR 0008](adr/0008-pairwise-subjects.md). `/oauth2/authorize` by GET and POST, `prompt` none, login, consent and select_account, `max_age`, `login_hint`, `id_token_hint`, `ui_locales`, `display`. With `offline_access` (11) an app keeps its tokens when the person signs out. `request`, `request_uri` and `registration` are refused by name.',
    'Signed answers of userinfo. Claims in several languages (5.2). More than one `acr`. `offline_access` (11) needs no `prompt=consent`, and refresh tokens come without it.',
  ),
  openid('Discovery', 'openid-connect-discovery-1_0', '`/.well-known/openid-configuration`, the same document.', 'WebFinger.'),
  openid(
    'RP-Initiated Logout',
    'openid-connect-rpinitiated-1_0',
    '`/oauth2/end_session` by GET and POST: `id_token_hint` (expired, too), `client_id`, `logout_hint`, `post_logout_redirect_uri` compared as text, `state`, `ui_locales`. Without a hint that holds the person is asked first.',
    '',
  ),
  openid(
    'Back-Channel Logout',
    'openid-connect-backchannel-1_0',
    'However a session ends, each app that it signed in to is told, always with `sid`; until it answers 200, 202 or 204 it is told again, for a day.',
    '',
  ),
  openid(
    'Front-Channel Logout',
    'openid-connect-frontchannel-1_0',
    'With `FRONTCHANNEL_LOGOUT=on`, after a sign-out in the browser.',
    'Session Management.',
  ),
  {
    name: 'Initiating User Registration via OpenID Connect',
    url: 'https://openid.net/specs/openid-connect-prompt-create-1_0.html',
    followed: '`prompt=create`, and `prompt_values_supported` in the metadata; neither with `SIGN_UP=off`.',
    missing: '',
  },
  {
    name: 'OAuth 2.0 Multiple Response Type Encoding Practices',
    url: 'https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html',
    followed: '`response_mode` query and fragment.',
    missing: 'Other response types than code.',
  },
  {
    name: 'OAuth 2.0 Form Post Response Mode',
    url: 'https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html',
    followed: 'Answers and failures; without scripts the person presses a button.',
    missing: '',
  },
  {
    name: 'Fetch Standard, CORS',
    url: 'https://fetch.spec.whatwg.org/#http-cors-protocol',
    followed:
      'Scripts of the origins of registered redirect URIs may use `/oauth2/token`, `/oauth2/userinfo` and `/oauth2/revoke`, all others the key set and metadata only.',
    missing: 'Credentials, for good: no cookie speaks for a script.',
  },
  {
    name: 'CloudEvents 1.0',
    url: 'https://cloudevents.io',
    followed:
      'The shape of events, in process, in the outbox and on RabbitMQ (structured mode); `traceparent` says whose request one comes from.',
    missing: '',
  },
  {
    name: 'W3C Trace Context',
    url: 'https://www.w3.org/TR/trace-context/',
    followed:
      '`traceparent` of a request is gone on with, in logs, events, spans and calls between services, but for its flags: which traces are told follows from their ids.',
    missing: '`tracestate` is not passed on.',
  },
]

/** What people ask for by name, and nothing of which is there yet. */
export const absent: readonly string[] = [
  'pushed authorization requests (RFC 9126) and request objects (RFC 9101)',
  'device authorization (RFC 8628)',
  'registration over HTTP in the words of RFC 7591 and RFC 7592',
  'client authentication by certificate (RFC 8705)',
  'sender-constrained tokens (DPoP, RFC 9449; mutual TLS, RFC 8705): APIs refuse a token with `cnf`',
  'token exchange (RFC 8693)',
]
