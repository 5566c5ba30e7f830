import { type Environment, type ModuleOptions, readModuleOptions } from '@menshen/login'

/** What the client must know about itself and about the server. */
export interface EggClientOptions extends Pick<ModuleOptions, 'issuer' | 'clientId' | 'clientSecret' | 'baseUrl'> {
  log?: (line: string) => void
}

/** Where the server sends the browser back to: registered there as text, so localhost would be another one. */
export const redirectUriOf = ({ baseUrl }: Pick<EggClientOptions, 'baseUrl'>): string => `${baseUrl}/auth/redirect`

/** Reads the variables of `main.ts`. @throws OptionsError with every fault at once. */
export const readOptions = (env: Environment): ModuleOptions =>
  readModuleOptions(
    { ...env, BASE_URL: env['BASE_URL'] ?? `http://127.0.0.1:${env['PORT'] ?? 7002}` },
    { port: 7002, clientId: 'egg-client', apis: {} },
  )
