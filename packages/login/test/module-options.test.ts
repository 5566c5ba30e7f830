import { expect, test } from '@jest/globals'
import { OptionsError, readModuleOptions } from '../src/module-options.ts'

const readOptions = (env: Record<string, string>) =>
  readModuleOptions(env, {
    port: 8051,
    clientId: 'third-party-site',
    apis: { openApiUrl: ['OPEN_API_URL', 'http://localhost:8063'] },
  })

test('with only the secret set, a module fits the suite on this machine', () => {
  expect(readOptions({ CLIENT_SECRET: 's3cret' })).toEqual({
    port: 8051,
    issuer: 'http://localhost:8060',
    clientId: 'third-party-site',
    clientSecret: 's3cret',
    baseUrl: 'http://localhost:8051',
    openApiUrl: 'http://localhost:8063',
    allowInsecure: true,
  })
})

test('plain http stays possible only on this machine', () => {
  const env = { CLIENT_SECRET: 's3cret', ISSUER: 'https://login.example/', BASE_URL: 'https://learn.example' }
  expect(readOptions({ ...env })).toMatchObject({ issuer: 'https://login.example', allowInsecure: false })
  expect(() => readOptions({ ...env, ISSUER: 'http://login.example' })).toThrow('ISSUER must be https')
})

test('every fault is told at once', () => {
  const faults = () =>
    readOptions({ PORT: 'eighty', ISSUER: 'login', BASE_URL: 'ftp://learn.example', OPEN_API_URL: 'http://api.example' })
  expect(faults).toThrow(OptionsError)
  for (const name of ['PORT', 'ISSUER', 'BASE_URL', 'OPEN_API_URL', 'CLIENT_SECRET']) expect(faults).toThrow(name)
})
