import { fileURLToPath } from 'node:url'

/** A certificate of localhost and 127.0.0.1 that signed itself, and its key, for tests alone: both are public, so nothing may trust it. */
export const testCertificate = {
  certFile: fileURLToPath(new URL('./certificate/test-only-cert.pem', import.meta.url)),
  keyFile: fileURLToPath(new URL('./certificate/test-only-key.pem', import.meta.url)),
}
