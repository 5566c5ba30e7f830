import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ExpectedError } from '../run-main.ts'
import { testCertificate } from '../testing/certificate.ts'
import { readCertificate } from './certificate.ts'

const { certFile, keyFile } = testCertificate
const folder = await mkdtemp(join(tmpdir(), 'menshen-certificate-'))
const file = async (name: string, text: string) => {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}
const pem = { type: 'pkcs8', format: 'pem' } as const
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

test('a certificate and its key are read; none when none is named', async () => {
  expect(await readCertificate({ certFile: undefined, keyFile: undefined })).toBeUndefined()
  expect(await readCertificate(testCertificate)).toEqual({
    cert: expect.stringContaining('BEGIN CERTIFICATE'),
    key: expect.stringContaining('BEGIN PRIVATE KEY'),
  })
})

test.each([
  ['one without the other', () => ({ certFile, keyFile: undefined }), 'TLS_KEY_FILE: must be set, too'],
  ['the other without the one', () => ({ certFile: undefined, keyFile }), 'TLS_CERT_FILE: must be set, too'],
  ['a file that is not there', () => ({ certFile: '/nowhere.pem', keyFile }), 'TLS_CERT_FILE: ENOENT'],
  ['no certificate', async () => ({ certFile: await file('text', 'no'), keyFile }), 'holds no certificate in PEM'],
  ['no key', async () => ({ certFile, keyFile: certFile }), 'holds no private key in PEM without passphrase'],
  [
    'a key with a passphrase',
    async () => ({
      certFile,
      keyFile: await file('locked', privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'x' }).toString()),
    }),
    'holds no private key in PEM without passphrase',
  ],
  [
    'the key of another certificate',
    async () => ({ certFile, keyFile: await file('other', privateKey.export(pem).toString()) }),
    'is not the key of the certificate in',
  ],
])('%s is told in one line that names the setting', async (_, files, message) => {
  const failure = await readCertificate(await files()).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ExpectedError)
  expect((failure as Error).message).toMatch(/^TLS_(CERT|KEY)_FILE: [^\n]+$/)
  expect((failure as Error).message).toContain(message)
})
