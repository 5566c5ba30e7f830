import { type Environment, type LoginOptions, type ModuleOptions, readModuleOptions } from '@menshen/login'

/** Where the others are that the talent centre talks to or leads to. */
export interface OtherAddresses {
  userApiUrl: string
  openApiUrl: string
  /** The other module, to link to. */
  projectCenterUrl: string
}

export interface TalentCenterOptions
  extends OtherAddresses,
    Pick<LoginOptions, 'issuer' | 'clientId' | 'clientSecret' | 'baseUrl' | 'allowInsecure' | 'now' | 'log'> {}

/** Reads the variables of `main.ts`. @throws OptionsError with every fault at once. */
export const readOptions = (env: Environment): ModuleOptions & OtherAddresses =>
  readModuleOptions(env, {
    port: 8072,
    clientId: 'talent-center',
    apis: {
      userApiUrl: ['USER_API_URL', 'http://localhost:8061'],
      openApiUrl: ['OPEN_API_URL', 'http://localhost:8063'],
      projectCenterUrl: ['PROJECT_CENTER_URL', 'http://localhost:8071'],
    },
  })
