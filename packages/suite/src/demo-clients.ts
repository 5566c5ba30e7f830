import type { ApplyDocument } from '@menshen/auth/admin/apply'
import type { Addresses } from './addresses.ts'

/** Where the parts of the demo are reached. */
export type DemoAddresses = Omit<Addresses, 'issuer' | 'startPage'>

const defaultAddresses: DemoAddresses = {
  userApi: 'http://localhost:8061',
  projectApi: 'http://localhost:8062',
  openApi: 'http://localhost:8063',
  thirdPartySite: 'http://localhost:8051',
  projectCenter: 'http://localhost:8071',
  talentCenter: 'http://localhost:8072',
  spa: 'http://localhost:8073',
  mobileApp: 'http://localhost:8074',
  eggClient: 'http://127.0.0.1:7002',
}

/** The people, apps and APIs to try the suite with, as `menshen apply` takes them. Their secrets are no secrets: never for production. */
export const demoDocument = (addresses: Partial<DemoAddresses> = {}) => {
  const all = { ...defaultAddresses, ...addresses }
  return { apis: demoApis(all), clients: demoClients(all), users: demoPeople } satisfies ApplyDocument
}

const demoApis = ({ userApi, projectApi, openApi }: DemoAddresses) =>
  [
    {
      resource: userApi,
      name: 'User API',
      scopes: [
        { name: 'user:read', description: 'See your profile' },
        { name: 'user:write', description: 'Change your profile' },
        { name: 'user:list', description: 'List the people who use the suite', first_party: true },
      ],
    },
    {
      resource: projectApi,
      name: 'Project API',
      scopes: [
        { name: 'project:read', description: 'See your projects and their tasks' },
        { name: 'project:write', description: 'Change your projects and their tasks' },
      ],
    },
    {
      resource: openApi,
      name: 'Open API',
      scopes: [
        { name: 'learning:read', description: 'See what you have learned' },
        { name: 'learning:write', description: 'Record what you have learned', first_party: true },
      ],
    },
  ] satisfies ApplyDocument['apis']

/** The app that the notes register. */
export const noteClientId = 'dfd6e6c0-4856-4525-8fed-68e450828665'

const demoClients = ({ thirdPartySite, projectCenter, talentCenter, spa, mobileApp, eggClient }: DemoAddresses) =>
  [
    {
      client_id: 'third-party-site',
      client_name: 'LearnTrack',
      client_uri: thirdPartySite,
      client_secret: 'demo-secret-of-third-party-site-not-for-production',
      token_endpoint_auth_method: 'client_secret_basic',
      redirect_uris: redirectUris(thirdPartySite),
      post_logout_redirect_uris: [`${thirdPartySite}/`],
      backchannel_logout_uri: `${thirdPartySite}/backchannel-logout`,
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile learning:read',
      require_pkce: true,
    },
    {
      client_id: 'mobile-app',
      client_name: 'Menshen Mobile',
      token_endpoint_auth_method: 'none',
      redirect_uris: [`${mobileApp}/`], // no code comes there: auth lets the scripts of its origin read answers (on a phone there are none)
      grant_types: ['password', 'refresh_token'],
      scope: 'openid profile email offline_access user:read user:write project:read project:write learning:read learning:write',
      first_party: true,
    },
    webModule('project-center', '项目中心 Project Centre', projectCenter, 'openid profile user:read project:read project:write'),
    webModule(
      'talent-center',
      '人才中心 Talent Centre',
      talentCenter,
      'openid profile email user:read user:write learning:read learning:write',
    ),
    {
      client_id: 'spa',
      client_name: 'Single-page App',
      client_uri: spa,
      token_endpoint_auth_method: 'none',
      redirect_uris: [`${spa}/`],
      post_logout_redirect_uris: [`${spa}/`],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile user:read user:write project:read project:write',
      first_party: true,
    },
    {
      ...webModule(
        'spa-backend',
        'Single-page App with a back end',
        spa,
        'openid profile user:read user:write project:read project:write',
      ),
      redirect_uris: [`${spa}/bff/callback`],
      post_logout_redirect_uris: [`${spa}/bff/`],
      backchannel_logout_uri: `${spa}/bff/backchannel-logout`,
    },
    {
      client_id: 'native-cli',
      client_name: 'Menshen in the terminal',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile offline_access user:read project:read',
      first_party: true,
    },
    {
      client_id: noteClientId,
      client_name: '应用名称',
      description: '应用描述',
      client_uri: `${thirdPartySite}/test`,
      client_secret: '62f16478-7b6c-4194-9a19-cc804c85fe27', // as the notes show it
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [`${thirdPartySite}/test`],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'profile user:read',
      dialect: 'authserver',
    },
    {
      client_id: 'egg-client',
      client_name: 'egg-client',
      client_uri: eggClient,
      client_secret: 'demo-secret-of-egg-client-not-for-production',
      token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [`${eggClient}/auth/redirect`],
      grant_types: ['password', 'authorization_code', 'refresh_token', 'client_credentials'],
      scope: 'profile user:read user:list',
      first_party: true,
      dialect: 'egg',
    },
    {
      client_id: 'report-job',
      client_name: 'Report Job',
      client_secret: 'demo-secret-of-report-job-not-for-production',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      scope: 'user:list learning:read',
      first_party: true,
    },
    service('user-api', 'User API', 'revocation:read'),
    service('project-api', 'Project API', 'revocation:read user:list'),
    service('open-api', 'Open API', 'revocation:read'),
  ] satisfies ApplyDocument['clients']

const demoPeople = [
  {
    username: 'alice',
    password: 'alice-demo-password-8060',
    name: '张爱丽 (Alice Zhang)',
    given_name: 'Alice',
    family_name: 'Zhang',
    nickname: '爱丽',
    email: 'alice@menshen.example',
    email_verified: true,
    locale: 'zh-CN',
    zoneinfo: 'Asia/Shanghai',
  },
  {
    username: 'bob',
    password: 'bob-demo-password-8060',
    name: 'Bob Miller',
    given_name: 'Bob',
    family_name: 'Miller',
    email: 'bob@menshen.example',
    email_verified: false,
    locale: 'en',
  },
] satisfies ApplyDocument['users']

/** One of our own services, which asks others as itself. */
const service = (client_id: string, client_name: string, scope: string) => ({
  client_id,
  client_name,
  client_secret: `demo-secret-of-${client_id}-not-for-production`,
  token_endpoint_auth_method: 'client_secret_basic' as const,
  grant_types: ['client_credentials' as const],
  scope,
  first_party: true,
})

/** One of our own web modules: no consent is asked, and it is told when somebody signs out. */
const webModule = (client_id: string, client_name: string, address: string, scope: string) => ({
  client_id,
  client_name,
  client_uri: address,
  client_secret: `demo-secret-of-${client_id}-not-for-production`,
  token_endpoint_auth_method: 'client_secret_basic' as const,
  redirect_uris: [`${address}/callback`],
  post_logout_redirect_uris: [`${address}/`],
  backchannel_logout_uri: `${address}/backchannel-logout`,
  grant_types: ['authorization_code' as const, 'refresh_token' as const],
  scope,
  require_pkce: true,
  first_party: true,
})

/** Both names of this machine: people type either, and redirect URIs are compared as text. */
const redirectUris = (site: string) =>
  [...new Set([site, site.replace('//localhost', '//127.0.0.1')])].map((base) => `${base}/callback`)

/** The demo at its usual addresses. */
export const demo = demoDocument()
