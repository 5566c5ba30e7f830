import { expect, test } from '@jest/globals'
import { loadResourceConfig, resourceSettings } from './resource-settings.ts'

const settings = resourceSettings({ name: 'user-api', port: 8061 })

test('with nothing set a resource service runs on this machine, beside auth', () => {
  expect(loadResourceConfig(settings, {})).toEqual({
    host: '127.0.0.1',
    port: 8061,
    issuer: 'http://localhost:8060',
    jwksUrl: 'http://localhost:8060/oauth2/jwks',
    jwksMaxAge: 600,
    jwksCooldown: 30,
    tokenUrl: 'http://localhost:8060/oauth2/token',
    revocationsUrl: 'http://localhost:8060/oauth2/revocations',
    clientId: 'user-api',
    clientSecret: undefined,
    revocationMaxStaleness: 0,
    resource: 'http://localhost:8061',
    databaseUrl: 'sqlite:./.data/user-api.db',
    corsOrigins: [],
    requestsPerMinute: 1200,
    trustedProxies: [],
    traceRatio: 1,
    eventsUrl: 'memory:',
    logLevel: 'info',
    migrates: true,
  })
})

test('the keys are fetched from the issuer, unless another address is named', () => {
  const elsewhere = { ISSUER: 'https://login.example', JWKS_URL: 'http://auth:8060/oauth2/jwks' }
  expect(loadResourceConfig(settings, { ISSUER: 'https://login.example' }).jwksUrl).toBe('https://login.example/oauth2/jwks')
  expect(loadResourceConfig(settings, elsewhere)).toMatchObject({
    issuer: 'https://login.example',
    jwksUrl: 'http://auth:8060/oauth2/jwks',
  })
})

test('production demands an https issuer and a database of its own', () => {
  const production = () => loadResourceConfig(settings, { NODE_ENV: 'production' })
  expect(production).toThrow('ISSUER: must be an https URL')
  expect(production).toThrow('DATABASE_URL: must be set')
})
