import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Certificate } from '../http/certificate.ts'

export interface Listening {
  url: string
  port: number
  close(): Promise<void>
}

/** Puts an application on a free port of this machine, with a certificate by https; `close` cuts what is under way. */
export async function listen(app: { callback(): RequestListener }, certificate?: Certificate): Promise<Listening> {
  const server = certificate ? createTlsServer(certificate, app.callback()) : createServer(app.callback())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`, port, close }
}
