import { type Environment, type LoginOptions, type ModuleOptions, readModuleOptions } from '@menshen/login'

/** What the site must know about itself and about those it talks to. */
export interface SiteOptions
  extends Pick<LoginOptions, 'issuer' | 'clientId' | 'clientSecret' | 'baseUrl' | 'allowInsecure' | 'log'> {
  /** The API that knows how much a person has learned. */
  openApiUrl: string
}

/** Reads the variables of `main.ts`. @throws OptionsError with every fault at once. */
export const readOptions = (env: Environment): ModuleOptions & { openApiUrl: string } =>
  readModuleOptions(env, {
    port: 8051,
    clientId: 'third-party-site',
    apis: { openApiUrl: ['OPEN_API_URL', 'http://localhost:8063'] },
  })
