import { type Environment, type LoginOptions, type ModuleOptions, readModuleOptions } from '@menshen/login'

/** What the front end and its back end must know of those they talk to. */
export interface AppOptions extends Pick<LoginOptions, 'issuer' | 'baseUrl' | 'allowInsecure' | 'log'> {
  /** The public client, whose tokens the browser holds. Nothing of it is secret. */
  spaClientId: string
  /** The confidential client, whose tokens the back end holds. */
  clientId: string
  clientSecret: string
  userApiUrl: string
  projectApiUrl: string
}

/** Reads the variables of `main.ts`. @throws OptionsError with every fault at once. */
export const readOptions = (env: Environment): ModuleOptions & AppOptions => ({
  ...readModuleOptions(env, {
    port: 8073,
    clientId: 'spa-backend',
    apis: {
      userApiUrl: ['USER_API_URL', 'http://localhost:8061'],
      projectApiUrl: ['PROJECT_API_URL', 'http://localhost:8062'],
    },
  }),
  spaClientId: env['SPA_CLIENT_ID'] || 'spa',
})
