import type { RequestListener } from 'node:http'
import { type Serving, serve } from '@menshen/shared/http/serve'
import type { Log } from '@menshen/shared/log'
import type { Addresses } from './addresses.ts'
import { type SuiteConfig, suiteSettings } from './config.ts'
import { type demoDocument, noteClientId } from './demo-clients.ts'

/** What an app of the demo is told. */
interface Surroundings {
  addresses: Addresses
  people: ReturnType<typeof demoDocument>['users']
  /** The secret that the demo registered for a client. */
  secretOf(client_id: string): string
  log(line: string): void
}

/** An app of the demo, at an address of its own. */
interface DemoApp {
  name: string
  address: Exclude<keyof Addresses, 'issuer' | 'userApi' | 'projectApi' | 'openApi'>
  create(around: Surroundings): Promise<{ callback(): RequestListener }>
}

/** The apps that use the login, in the order in which a newcomer should open them; each is loaded when it is served. */
export const demoApps: readonly DemoApp[] = [
  {
    name: 'start-page',
    address: 'startPage',
    create: async ({ addresses, people }) =>
      (await import('./start-page/app.ts')).createApp({ addresses, people, apps: shownApps() }),
  },
  {
    name: 'project-center',
    address: 'projectCenter',
    create: async ({ addresses, secretOf, log }) =>
      (await import('@menshen/project-center/app')).createApp({
        issuer: addresses.issuer,
        clientId: 'project-center',
        clientSecret: secretOf('project-center'),
        baseUrl: addresses.projectCenter,
        projectApiUrl: addresses.projectApi,
        userApiUrl: addresses.userApi,
        talentCenterUrl: addresses.talentCenter,
        allowInsecure: true,
        log,
      }),
  },
  {
    name: 'third-party-site',
    address: 'thirdPartySite',
    create: async ({ addresses, secretOf, log }) =>
      (await import('@menshen/third-party-site/app')).createApp({
        issuer: addresses.issuer,
        clientId: 'third-party-site',
        clientSecret: secretOf('third-party-site'),
        noteClient: { clientId: noteClientId, clientSecret: secretOf(noteClientId) },
        baseUrl: addresses.thirdPartySite,
        openApiUrl: addresses.openApi,
        allowInsecure: true,
        log,
      }),
  },
  {
    name: 'talent-center',
    address: 'talentCenter',
    create: async ({ addresses, secretOf, log }) =>
      (await import('@menshen/talent-center/app')).createApp({
        issuer: addresses.issuer,
        clientId: 'talent-center',
        clientSecret: secretOf('talent-center'),
        baseUrl: addresses.talentCenter,
        userApiUrl: addresses.userApi,
        openApiUrl: addresses.openApi,
        projectCenterUrl: addresses.projectCenter,
        allowInsecure: true,
        log,
      }),
  },
  {
    name: 'spa',
    address: 'spa',
    create: async ({ addresses: { issuer, spa, userApi, projectApi }, secretOf, log }) =>
      (await import('@menshen/spa/app')).createApp({
        issuer,
        spaClientId: 'spa',
        clientId: 'spa-backend',
        clientSecret: secretOf('spa-backend'),
        baseUrl: spa,
        userApiUrl: userApi,
        projectApiUrl: projectApi,
        allowInsecure: true,
        log,
      }),
  },
  {
    name: 'mobile-app',
    address: 'mobileApp',
    create: async ({ addresses: { issuer, userApi, projectApi, openApi } }) =>
      (await import('@menshen/mobile-app/app')).createApp({
        issuer,
        clientId: 'mobile-app',
        userApiUrl: userApi,
        projectApiUrl: projectApi,
        openApiUrl: openApi,
      }),
  },
  {
    name: 'egg-client',
    address: 'eggClient',
    create: async ({ addresses: { issuer, eggClient }, secretOf, log }) =>
      (await import('@menshen/egg-client/app')).createApp({
        issuer,
        clientId: 'egg-client',
        clientSecret: secretOf('egg-client'),
        baseUrl: eggClient,
        log,
      }),
  },
]

/** The start page leads to all but itself. */
const shownApps = () => demoApps.flatMap(({ address }) => (address === 'startPage' ? [] : [address]))

interface Told {
  addresses: Addresses
  document: ReturnType<typeof demoDocument>
  logOf: (service: string) => Log
}

/** Serves the apps of the demo. */
export function serveApps(
  config: SuiteConfig,
  { addresses, document: { clients, users: people }, logOf }: Told,
): Array<Promise<Serving>> {
  const secretOf = (wanted: string) => {
    const client = clients.find(({ client_id }) => client_id === wanted)
    return client && 'client_secret' in client ? client.client_secret : ''
  }
  let loaded: Promise<unknown> = Promise.resolve() // one after the other: jest trips over modules that two of them load at once
  return demoApps.map(async ({ name, address, create }) => {
    const log = logOf(name)
    const creating = loaded.then(() => create({ addresses, people, secretOf, log: (line) => log.info(line) }))
    loaded = creating
    const app = await creating
    const setting = `${address}Port` as const
    return serve({ app, host: config.host, port: config[setting], log, name, variable: suiteSettings[setting].variable })
  })
}
