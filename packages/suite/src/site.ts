import { type Serving, serve } from '@menshen/shared/http/serve'
import type { Log } from '@menshen/shared/log'
import { createApp } from '@menshen/third-party-site/app'
import type { Addresses } from './addresses.ts'
import type { SuiteConfig } from './config.ts'
import type { demoDocument } from './demo-clients.ts'

/** Serves the third-party site, as the client that the demo registered for it. */
export function serveSite(
  config: SuiteConfig,
  addresses: Addresses,
  { clients }: ReturnType<typeof demoDocument>,
  log: Log,
): Promise<Serving> {
  const client = clients.find(({ client_id }) => client_id === 'third-party-site')
  const app = createApp({
    issuer: addresses.issuer,
    clientId: 'third-party-site',
    clientSecret: client?.client_secret ?? '',
    baseUrl: addresses.thirdPartySite,
    openApiUrl: addresses.openApi,
    allowInsecure: true,
    log: (line) => log.info(line),
  })
  return serve({
    app,
    host: config.host,
    port: config.thirdPartySitePort,
    log,
    name: 'third-party-site',
    variable: 'THIRD_PARTY_SITE_PORT',
  })
}
