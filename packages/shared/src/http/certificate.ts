import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ExpectedError } from '../run-main.ts'

/** A certificate, with those that lead to its authority after it, and its private key; PEM (RFC 7468). */
export interface Certificate {
  cert: string
  key: string
}

export interface CertificateFiles {
  /** `TLS_CERT_FILE`. */
  certFile: string | undefined
  /** `TLS_KEY_FILE`. */
  keyFile: string | undefined
}

/** Reads the certificate to serve https with; nothing when none is named. @throws ExpectedError that says which setting to mend. */
export async function readCertificate({ certFile, keyFile }: CertificateFiles): Promise<Certificate | undefined> {
  if (certFile === undefined && keyFile === undefined) return undefined
  const cert = await readPem('TLS_CERT_FILE', certFile)
  const key = await readPem('TLS_KEY_FILE', keyFile)
  const certificate = parsed(() => new X509Certificate(cert), `TLS_CERT_FILE: ${certFile} holds no certificate in PEM`)
  const privateKey = parsed(
    () => createPrivateKey(key),
    `TLS_KEY_FILE: ${keyFile} holds no private key in PEM without passphrase`,
  )
  if (!certificate.checkPrivateKey(privateKey))
    throw new ExpectedError(`TLS_KEY_FILE: ${keyFile} is not the key of the certificate in ${certFile}`)
  return { cert, key }
}

async function readPem(variable: string, file: string | undefined): Promise<string> {
  if (file === undefined) throw new ExpectedError(`${variable}: must be set, too: a certificate and its key come together`)
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ExpectedError(`${variable}: ${(error as Error).message}`, { cause: error })
  }
}

function parsed<T>(parse: () => T, message: string): T {
  try {
    return parse()
  } catch (error) {
    throw new ExpectedError(message, { cause: error })
  }
}
