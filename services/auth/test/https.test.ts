import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { expect, test } from '@jest/globals'
import { systemClock } from '@menshen/shared/clock'
import { openEventBus } from '@menshen/shared/events'
import { testCertificate } from '@menshen/shared/testing/certificate'
import { testLog } from '@menshen/shared/testing/test-log'
import { loadAuthConfig } from '../src/config.ts'
import { startAuth } from '../src/start.ts'
import { secretsKey } from './support/start-auth.ts'

const start = async (env: Record<string, string>) => {
  const settings = { PORT: '0', DATABASE_URL: 'sqlite::memory:', SECRETS_KEY: secretsKey, UV_THREADPOOL_SIZE: '8', ...env }
  const bus = await openEventBus('memory:', { log: testLog })
  return startAuth(loadAuthConfig(settings), { log: testLog, bus, clock: systemClock })
}
const certificate = { TLS_CERT_FILE: testCertificate.certFile, TLS_KEY_FILE: testCertificate.keyFile }

const ca = await readFile(testCertificate.certFile, 'utf8')
const get = (url: string) =>
  new Promise<IncomingMessage & { text: string }>((resolve, reject) => {
    request(url, { ca }, (res) => {
      res.toArray().then((chunks) => resolve(Object.assign(res, { text: chunks.join('') })), reject)
    })
      .on('error', reject)
      .end()
  })

test('auth serves https with a certificate of its own, and says so', async () => {
  const { url, stop } = await start({ ...certificate, ISSUER: 'https://login.example' })
  expect(url).toMatch(/^https:/)
  const { headers, text } = await get(`${url}/.well-known/openid-configuration`)
  expect(JSON.parse(text)).toMatchObject({
    issuer: 'https://login.example',
    token_endpoint: 'https://login.example/oauth2/token',
  })
  expect(headers['strict-transport-security']).toBe('max-age=31536000')
  await stop()
})

test('an issuer that is not https does not fit a certificate, and both settings come together', async () => {
  await expect(start(certificate)).rejects.toThrow(
    'ISSUER: must be an https URL, as TLS_CERT_FILE is set, got http://localhost:8060',
  )
  await expect(start({ TLS_CERT_FILE: testCertificate.certFile })).rejects.toThrow('TLS_KEY_FILE: must be set, too')
})
