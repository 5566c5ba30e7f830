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
}

export const addressesOf = (config: SuiteConfig): Addresses => ({
  issuer: config.issuer ?? `${config.tlsCertFile === undefined ? 'http' : 'https'}://localhost:${config.authPort}`,
  userApi: `http://localhost:${config.userApiPort}`,
  projectApi: `http://localhost:${config.projectApiPort}`,
  openApi: `http://localhost:${config.openApiPort}`,
  thirdPartySite: `http://localhost:${config.thirdPartySitePort}`,
})

/** The same settings with a free port for each that is 0: services must know each other's addresses before they start. */
export async function withFreePorts(config: SuiteConfig): Promise<SuiteConfig> {
  const free = async (port: number) => (port === 0 ? freePort(config.host) : port)
  const [authPort, userApiPort, projectApiPort, openApiPort, thirdPartySitePort] = await Promise.all([
    free(config.authPort),
    free(config.userApiPort),
    free(config.projectApiPort),
    free(config.openApiPort),
    free(config.thirdPartySitePort),
  ])
  return { ...config, authPort, userApiPort, projectApiPort, openApiPort, thirdPartySitePort } as SuiteConfig
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
