import {
  boolean,
  count,
  countOrZero,
  httpUrl,
  integer,
  list,
  listOf,
  oneOf,
  origins,
  port,
  seconds,
  secondsUpTo,
  text,
} from '@menshen/shared/config/parsers'

import {
  adminPortSetting,
  eventsUrlSetting,
  hostSetting,
  logLevelSetting,
  tlsCertFileSetting,
  tracingSettings,
  trustedProxiesSetting,
} from '@menshen/shared/config/service-settings'
import {
  defineSettings,
  type Env,
  loadSettings,
  makesTables,
  mustBeHttps,
  mustBeSet,
  type ProductionRule,
} from '@menshen/shared/config/settings'
import { longestAccessToken } from './core/token-issuance.ts'

const mustBeLong: ProductionRule<readonly string[]> = {
  demands: 'a random text of 32 characters or more',
  refusal: ({ value }) =>
    value.length > 0 && value.every((key) => key.length >= 32)
      ? undefined
      : 'must be set, to a random text of 32 characters or more',
}

const notInProduction: ProductionRule<readonly string[]> = {
  demands: 'none (or `MENSHEN_PROFILE=demo`)',
  refusal: ({ value, profile }) =>
    value.length === 0 || profile === 'demo'
      ? undefined
      : 'must not be set in production: on the devices of people any program could listen there',
}

const notOpenInProduction: ProductionRule<boolean> = {
  demands: '`false` (or `MENSHEN_PROFILE=demo`)',
  refusal: ({ value, profile }) =>
    value && profile !== 'demo'
      ? 'must not be true in production: anybody could register apps and name them like yours'
      : undefined,
}

/** Our APIs keep a key set for 10 minutes, and caches between for 5. */
const longerThanKeySetsLive: ProductionRule<number> = {
  demands: '900 or more',
  refusal: ({ value }) => (value < 900 ? 'must be 900 seconds or more: APIs keep the key set for a while' : undefined),
}

/** The settings of auth. */
export const authSettings = defineSettings({
  issuer: {
    variable: 'ISSUER',
    parse: httpUrl,
    default: 'http://localhost:8060',
    about: 'Public address of auth; every token carries it. Never taken from a request.',
    production: mustBeHttps,
  },
  host: hostSetting,
  adminPort: adminPortSetting,
  port: { variable: 'PORT', parse: port, default: 8060, about: 'Port to listen on.' },
  tlsCertFile: tlsCertFileSetting,
  tlsKeyFile: {
    variable: 'TLS_KEY_FILE',
    parse: text,
    default: undefined,
    about: 'The private key of that certificate, in PEM.',
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    parse: text,
    default: 'sqlite:./.data/auth.db',
    about: 'Where auth keeps its records: `sqlite:FILE` or `mongodb://…` (a replica set).',
    secret: true,
    production: mustBeSet,
  },
  sqliteSynchronous: {
    variable: 'SQLITE_SYNCHRONOUS',
    parse: oneOf('normal', 'full'),
    default: 'normal' as const,
    about: 'SQLite only: `full` also survives loss of power at every commit.',
  },
  eventsUrl: eventsUrlSetting,
  secretsKeys: {
    variable: 'SECRETS_KEY',
    parse: list,
    default: [] as readonly string[],
    about:
      'Seals private keys and what else is secret at rest; several separated by commas while rotating, the first seals. Made into .data/secret.key outside production.',
    secret: true,
    production: mustBeLong,
  },
  secretsFile: { variable: 'SECRETS_FILE', parse: text, default: './.data/secret.key', about: 'Where that one is made.' },
  threadPoolSize: {
    variable: 'UV_THREADPOOL_SIZE',
    parse: integer,
    default: 4,
    about:
      "Threads of libuv's pool, fixed before Node starts: `node.env` sets it to 8. Password hashing leaves two of them free.",
  },
  trustedProxies: trustedProxiesSetting,
  ...tracingSettings,
  logLevel: logLevelSetting('info'),
  accessTokenTtl: {
    variable: 'ACCESS_TOKEN_TTL',
    parse: secondsUpTo(longestAccessToken), // what is revoked is remembered no longer
    default: 600,
    about: 'Lifetime of access tokens, in seconds; an API may set its own.',
  },
  idTokenTtl: { variable: 'ID_TOKEN_TTL', parse: seconds, default: 3600, about: 'Lifetime of ID tokens, in seconds.' },
  keyRotationInterval: {
    variable: 'KEY_ROTATION_INTERVAL',
    parse: countOrZero,
    default: 90 * 86_400,
    about:
      'How long a signing key signs before the next one follows by itself, in seconds; 0: keys are rotated by `menshen keys rotate` alone.',
  },
  keyAnnounce: {
    variable: 'KEY_ANNOUNCE',
    parse: seconds,
    default: 14 * 86_400,
    about: 'How long the next key is in the key set before it signs, in seconds: longer than anybody keeps the key set.',
    production: longerThanKeySetsLive,
  },
  keyRetain: {
    variable: 'KEY_RETAIN',
    parse: seconds,
    default: 14 * 86_400,
    about:
      'How long a key stays in the key set after it signed last, in seconds; never shorter than the longest token lives (a day, or `ID_TOKEN_TTL`).',
  },
  codeTtl: {
    variable: 'CODE_TTL',
    parse: secondsUpTo(600), // RFC 6749 section 4.1.2
    default: 60,
    about: 'Lifetime of authorization codes, in seconds; 10 minutes at most.',
  },
  refreshTokenIdleTtl: {
    variable: 'REFRESH_TOKEN_IDLE_TTL',
    parse: seconds,
    default: 30 * 86_400,
    about: 'How long a refresh token may lie unused, in seconds.',
  },
  refreshTokenTtl: {
    variable: 'REFRESH_TOKEN_TTL',
    parse: seconds,
    default: 180 * 86_400,
    about: 'How long refresh tokens of one sign-in follow each other at most, in seconds.',
  },
  refreshTokenGrace: {
    variable: 'REFRESH_TOKEN_GRACE',
    parse: seconds,
    default: 30,
    about: 'How long a used refresh token gives its successor once more, so that a lost answer logs nobody out, in seconds.',
  },
  sessionIdleTtl: {
    variable: 'SESSION_IDLE_TTL',
    parse: seconds,
    default: 8 * 3600,
    about: 'Single sign-on ends this long after its last use, in seconds.',
  },
  sessionTtl: {
    variable: 'SESSION_TTL',
    parse: seconds,
    default: 86_400,
    about: 'Single sign-on ends this long after sign-in, in seconds.',
  },
  rememberedSessionIdleTtl: {
    variable: 'REMEMBERED_SESSION_IDLE_TTL',
    parse: seconds,
    default: 30 * 86_400,
    about: 'The same where the person asked to stay signed in: this long after its last use, in seconds.',
  },
  rememberedSessionTtl: {
    variable: 'REMEMBERED_SESSION_TTL',
    parse: seconds,
    default: 180 * 86_400,
    about: 'And this long after sign-in, in seconds.',
  },
  signUp: {
    variable: 'SIGN_UP',
    parse: oneOf('on', 'off'),
    default: 'on' as const,
    about: 'Whether people may make themselves an account; `off`: accounts come by `menshen apply` only.',
  },
  interactionTtl: {
    variable: 'INTERACTION_TTL',
    parse: seconds,
    default: 3600,
    about: 'How long a sign-in page waits for its person, in seconds.',
  },
  privateClientUris: {
    variable: 'PRIVATE_CLIENT_URIS',
    parse: boolean,
    default: undefined,
    about:
      'Whether a `jwks_uri` or `backchannel_logout_uri` of a client may lead to a private address; not set: only while `ISSUER` is http.',
  },
  frontchannelLogout: {
    variable: 'FRONTCHANNEL_LOGOUT',
    parse: oneOf('on', 'off'),
    default: 'off' as const,
    about:
      'Whether the page after a sign-out shows the `frontchannel_logout_uri` of apps in frames; browsers that keep the cookies of frames back make it worth little.',
  },
  loopbackWebOrigins: {
    variable: 'LOOPBACK_WEB_ORIGINS',
    parse: origins,
    default: [],
    about:
      'Origins on this machine, such as http://localhost:8073, of public web apps that are being developed: single sign-on to them goes unseen, as it will at their https address.',
    production: notInProduction,
  },
  compat: {
    variable: 'COMPAT',
    parse: listOf('authserver', 'egg', 'wechat', 'implicit'),
    default: [] as ReadonlyArray<'authserver' | 'egg' | 'wechat' | 'implicit'>,
    about:
      'Servers that auth also answers as, to clients whose `dialect` it is, and `implicit` for `response_type=token`. Each is weaker than OAuth as it is today: for what can not be changed yet.',
  },
  openRegistration: {
    variable: 'COMPAT_OPEN_REGISTRATION',
    parse: boolean,
    default: false,
    about:
      'Whether anybody may register apps at `/client/add` (with `COMPAT=authserver`), without an initial access token and without signing in.',
    production: notOpenInProduction,
  },
  tokenRequestsPerMinute: {
    variable: 'TOKEN_REQUESTS_PER_MINUTE',
    parse: countOrZero,
    default: 60_000,
    about: 'Token requests of one client in a minute, of a public client from one address; 0 for any number.',
  },
  clientFailuresPerMinute: {
    variable: 'CLIENT_FAILURES_PER_MINUTE',
    parse: countOrZero,
    default: 100,
    about: 'Failed proofs of being one client, from one address in a minute; 0 for any number.',
  },
  signInFreeFailures: {
    variable: 'SIGN_IN_FREE_FAILURES',
    parse: count,
    default: 5,
    about: 'Failed sign-ins with one name, or on one known device, before the first wait.',
  },
  signInFirstWait: {
    variable: 'SIGN_IN_FIRST_WAIT',
    parse: seconds,
    default: 1,
    about: 'The wait after those, in seconds; each failure that follows doubles it.',
  },
  signInLongestWait: {
    variable: 'SIGN_IN_LONGEST_WAIT',
    parse: seconds,
    default: 60,
    about: 'The longest such wait, in seconds.',
  },
  signInWindow: {
    variable: 'SIGN_IN_WINDOW',
    parse: seconds,
    default: 3600,
    about: 'Failed sign-ins are forgotten this long after the first of them, in seconds.',
  },
  signInAccountLimit: {
    variable: 'SIGN_IN_ACCOUNT_LIMIT',
    parse: count,
    default: 100,
    about: 'Failed sign-ins to one account in that time, from unknown devices together and from each known one.',
  },
  signInAddressLimit: {
    variable: 'SIGN_IN_ADDRESS_LIMIT',
    parse: count,
    default: 1000,
    about: 'Failed sign-ins from one address in that time, whatever the names; an IPv6 network of 64 bits is one address.',
  },
  signUpAddressLimit: {
    variable: 'SIGN_UP_ADDRESS_LIMIT',
    parse: count,
    default: 100,
    about: 'Sign-ups from one address in that time, also those whose name was taken.',
  },
  registrationLimit: {
    variable: 'REGISTRATION_LIMIT',
    parse: count,
    default: 100,
    about:
      'Apps registered at `/client/add` from one address, and by one person, in that time; those with an initial access token do not count.',
  },
})

export type AuthConfig = ReturnType<typeof loadAuthConfig>

/** Reads the settings of auth; pure. @throws SettingsError with a line for each fault. */
export const loadAuthConfig = (env: Env) => Object.freeze({ ...loadSettings(authSettings, env), migrates: makesTables(env) })
