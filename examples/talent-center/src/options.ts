import { type Environment, type LoginOptions, type ModuleOptions, readModuleOptions } from '@menshen/login'

/** Where the APIs are that the talent centre reads and writes. */
export interface ApiAddresses {
  userApiUrl: string
  openApiUrl: string
}

export interface TalentCenterOptions
  extends ApiAddresses,
    Pick<LoginOptions, 'issuer' | 'clientId' | 'clientSecret' | 'baseUrl' | 'allowInsecure' | 'now' | 'log'> {}

/** Reads the variables of `main.ts`. @throws OptionsError with every fault at once. */
export const readOptions = (env: Environment): ModuleOptions & ApiAddresses =>
  readModuleOptions(env, {
    port: 8072,
    clientId: 'talent-center',
    apis: {
      userApiUrl: ['USER_API_URL', 'http://localhost:8061'],
      openApiUrl: ['OPEN_API_URL', 'http://localhost:8063'],
    },
  })
