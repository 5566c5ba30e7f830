import { countOrZero, httpUrl, origins, port, seconds, text } from './parsers.ts'
import {
  adminPortSetting,
  eventsUrlSetting,
  hostSetting,
  logLevelSetting,
  tracingSettings,
  trustedProxiesSetting,
} from './service-settings.ts'
import { defineSettings, type Env, loadSettings, makesTables, mustBeHttps, mustBeSet } from './settings.ts'

/** The settings that every resource service has; each has its own name, and a port of its own. */
export const resourceSettings = (service: { name: string; port: number }) =>
  defineSettings({
    host: hostSetting,
    adminPort: adminPortSetting,
    port: { variable: 'PORT', parse: port, default: service.port, about: 'Port to listen on.' },
    issuer: {
      variable: 'ISSUER',
      parse: httpUrl,
      default: 'http://localhost:8060',
      about: 'Public address of auth, `iss` of the tokens that are accepted.',
      production: mustBeHttps,
    },
    jwksUrl: {
      variable: 'JWKS_URL',
      parse: httpUrl,
      default: undefined,
      about: 'Where the keys of auth are fetched, such as an internal address; `ISSUER` and `/oauth2/jwks` when not set.',
    },
    jwksMaxAge: {
      variable: 'JWKS_MAX_AGE',
      parse: seconds,
      default: 600,
      about: 'How long those keys are used before they are fetched anew, in seconds; `KEY_ANNOUNCE` of auth must be longer.',
    },
    jwksCooldown: {
      variable: 'JWKS_COOLDOWN',
      parse: seconds,
      default: 30,
      about: 'The least time between two fetches of keys, whatever unknown keys tokens name, in seconds.',
    },
    tokenUrl: {
      variable: 'TOKEN_URL',
      parse: httpUrl,
      default: undefined,
      about:
        'Where auth gives this service its own tokens, such as an internal address; `ISSUER` and `/oauth2/token` when not set.',
    },
    revocationsUrl: {
      variable: 'REVOCATIONS_URL',
      parse: httpUrl,
      default: undefined,
      about:
        'Where auth tells which tokens were revoked, such as an internal address; `ISSUER` and `/oauth2/revocations` when not set.',
    },
    clientId: {
      variable: 'CLIENT_ID',
      parse: text,
      default: service.name,
      about: 'The client as which this service asks others; it needs the scope `revocation:read`.',
    },
    clientSecret: {
      variable: 'CLIENT_SECRET',
      parse: text,
      default: undefined,
      about:
        'The secret of that client; without it auth is not asked what was revoked: only what a broker tells while this service runs is refused before it expires.',
      secret: true,
    },
    revocationMaxStaleness: {
      variable: 'REVOCATION_MAX_STALENESS',
      parse: countOrZero,
      default: 0,
      about:
        'How old what is known of revoked tokens may be before all are refused with 503, in seconds; with a limit `/readyz` is 503 then, too; 0: they are checked by what is known, and `/readyz` says so.',
    },
    resource: {
      variable: 'RESOURCE',
      parse: httpUrl,
      default: `http://localhost:${service.port}`,
      about: 'Public base URL of this API: `aud` of the tokens that are accepted. Never taken from a request.',
    },
    databaseUrl: {
      variable: 'DATABASE_URL',
      parse: text,
      default: `sqlite:./.data/${service.name}.db`,
      about: `Where ${service.name} keeps its records: \`sqlite:FILE\` or \`mongodb://…\` (a replica set).`,
      secret: true,
      production: mustBeSet,
    },
    corsOrigins: {
      variable: 'CORS_ORIGINS',
      parse: origins,
      default: [] as readonly string[],
      about: 'The origins whose scripts may call this API from a browser, with a token and never with cookies.',
    },
    requestsPerMinute: {
      variable: 'REQUESTS_PER_MINUTE',
      parse: countOrZero,
      default: 1200,
      about: 'How many requests a caller (a person by one app) may make in a minute, of each process; 0: any number.',
    },
    trustedProxies: trustedProxiesSetting,
    eventsUrl: eventsUrlSetting,
    ...tracingSettings,
    logLevel: logLevelSetting('info'),
  })

export type ResourceSettings = ReturnType<typeof resourceSettings>

/** The settings of a resource service as it uses them: the address of the keys is always there. */
export type ResourceConfig = ReturnType<typeof loadResourceConfig>

/** Reads the settings of a resource service; pure. @throws SettingsError with a line for each fault. */
export function loadResourceConfig(table: ResourceSettings, env: Env) {
  return withAddresses(loadSettings(table, env), env)
}

/** What is not set otherwise is asked of auth at its public address; whether the service makes its own tables follows from the profile. */
export function withAddresses<
  S extends { issuer: string; jwksUrl: string | undefined; tokenUrl: string | undefined; revocationsUrl: string | undefined },
>(settings: S, env: Env): Readonly<S & { jwksUrl: string; tokenUrl: string; revocationsUrl: string; migrates: boolean }> {
  const { issuer } = settings
  return Object.freeze({
    ...settings,
    migrates: makesTables(env),
    jwksUrl: settings.jwksUrl ?? `${issuer}/oauth2/jwks`,
    tokenUrl: settings.tokenUrl ?? `${issuer}/oauth2/token`,
    revocationsUrl: settings.revocationsUrl ?? `${issuer}/oauth2/revocations`,
  })
}
