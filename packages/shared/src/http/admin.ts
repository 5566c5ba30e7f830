import Koa from 'koa'
import type { Log } from '../log.ts'
import { type HealthOptions, healthRoutes } from './health.ts'
import { type Serving, serve } from './serve.ts'

export interface AdminOptions extends Pick<HealthOptions, 'ready' | 'metrics'> {
  config: { host: string; adminPort: number | undefined }
  log: Log
}

/** `/healthz`, `/readyz` and `/metrics` on a port of their own, where the settings name one: then the service's own port has `/healthz` alone. */
export async function serveAdmin(name: string, { config, log, ...health }: AdminOptions): Promise<Serving | undefined> {
  const { host, adminPort: port } = config
  if (port === undefined) return undefined
  const app = new Koa()
  app.silent = true
  app.use(healthRoutes(health).routes())
  return serve({ app, host, port, log, name: `${name}, for its operators`, variable: 'ADMIN_PORT' })
}
