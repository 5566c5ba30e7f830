import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import type { SuiteConfig } from './config.ts'

/** Where a person or a program finds each part of the suite. */
export interface Addresses {
  issuer: string
  userApi: string
  projectApi: string
  openApi: string
  thirdPartySite: string
  startPage: string
  projectCenter: string
  talentCenter: string
  spa: string
  mobileApp: string
  eggClient: string
}

/** The apps of the demo, each with the setting of its port. */
const appPorts = {
  thirdPartySite: 'thirdPartySitePort',
  startPage: 'startPagePort',
  projectCenter: 'projectCenterPort',
  talentCenter: 'talentCenterPort',
  spa: 'spaPort',
  mobileApp: 'mobileAppPort',
  eggClient: 'eggClientPort',
} as const

export const addressesOf = (config: SuiteConfig): Addresses => ({
  issuer: config.issuer ?? `${config.tlsCertFile === undefined ? 'http' : 'https'}://localhost:${config.authPort}`,
  userApi: `http://localhost:${config.userApiPort}`,
  projectApi: `http://localhost:${config.projectApiPort}`,
  openApi: `http://localhost:${config.openApiPort}`,
  ...(Object.fromEntries(Object.entries(appPorts).map(([app, port]) => [app, `http://localhost:${config[port]}`])) as Record<
    keyof typeof appPorts,
    string
  >),
  eggClient: `http://127.0.0.1:${config.eggClientPort}`, // as the notes write it
})

/** The same settings with a free port for each that is 0: services must know each other's addresses before they start. */
export async function withFreePorts(config: SuiteConfig): Promise<SuiteConfig> {
  const ports = ['authPort', 'userApiPort', 'projectApiPort', 'openApiPort', ...Object.values(appPorts)] as const
  const free = await Promise.all(
    ports.map(async (port) => [port, config[port] === 0 ? await freePort(config.host) : config[port]]),
  )
  return { ...config, ...Object.fromEntries(free) } as SuiteConfig
}

/** A port that nobody listens on, and that the system gives to nobody before we do: those it chooses itself, also for who calls out, are above. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = randomInt(18_000, 32_000)
    if (await isFree(port, host)) return port
  }
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    )
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
