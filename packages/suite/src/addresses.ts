import type { AddressInfo } from 'node:net'
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

/** A port that nobody listens on. */
export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
