import { expect, test } from '@jest/globals'
import { OptionsError, readOptions } from '../src/options.ts'

test('with only the secret set, the site fits the suite on this machine', () => {
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
  const faults = () => readOptions({ PORT: 'eighty', ISSUER: 'login', BASE_URL: 'ftp://learn.example' })
  expect(faults).toThrow(OptionsError)
  for (const name of ['PORT', 'ISSUER', 'BASE_URL', 'CLIENT_SECRET']) expect(faults).toThrow(name)
})
