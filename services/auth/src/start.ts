import type { Clock } from '@menshen/shared/clock'
import type { EventBus } from '@menshen/shared/events'
import { serveAdmin } from '@menshen/shared/http/admin'
import { type Certificate, readCertificate } from '@menshen/shared/http/certificate'
import { type Serving, serve } from '@menshen/shared/http/serve'
import type { Log } from '@menshen/shared/log'
import { ExpectedError } from '@menshen/shared/run-main'
import { createApp } from './app.ts'
import type { AuthConfig } from './config.ts'
import { type AuthDeps, createDeps } from './deps.ts'
import { startJobs } from './jobs/index.ts'

/** Starts auth: its records, its jobs, its port. Stopping undoes it in order. */
export async function startAuth(
  config: AuthConfig,
  {
    log,
    bus,
    clock,
    appName,
    portVariable = 'PORT',
  }: { log: Log; bus: EventBus; clock: Clock; appName?: string; portVariable?: string },
): Promise<Serving & { deps: AuthDeps }> {
  const certificate = await certificateOf(config)
  const deps = await createDeps(config, { log, bus, clock, appName })
  deps.database.hurry()
  const stopJobs = startJobs(deps)
  let admin: Serving | undefined
  try {
    admin = await serveAdmin('auth', deps)
    const serving = await serve({
      app: createApp(deps),
      host: config.host,
      port: config.port,
      certificate,
      log,
      name: 'auth',
      variable: portVariable,
      onStop: [stopJobs, () => deps.database.close(), () => admin?.stop(), () => deps.tracing?.close()],
    })
    return { ...serving, deps }
  } catch (error) {
    await admin?.stop()
    await stopJobs()
    await deps.database.close()
    await deps.tracing?.close()
    throw error
  }
}

/** The certificate that the settings name; people then reach auth by https, so the issuer must be an https address. */
async function certificateOf({ tlsCertFile, tlsKeyFile, issuer }: AuthConfig): Promise<Certificate | undefined> {
  const certificate = await readCertificate({ certFile: tlsCertFile, keyFile: tlsKeyFile })
  if (certificate && !issuer.startsWith('https:'))
    throw new ExpectedError(`ISSUER: must be an https URL, as TLS_CERT_FILE is set, got ${issuer}`)
  return certificate
}
