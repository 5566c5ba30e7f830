import { type Environment, type LoginOptions, type ModuleOptions, readModuleOptions } from '@menshen/login'

/** What the site must know about itself and about those it talks to. */
export interface SiteOptions
  extends Pick<LoginOptions, 'issuer' | 'clientId' | 'clientSecret' | 'baseUrl' | 'allowInsecure' | 'log'> {
  /** The API that knows how much a person has learned. */
  openApiUrl: string
  /** As `/client/add` registered it for `/test`: an app of the authserver dialect. */
  noteClient?: NoteClient | undefined
}

export interface NoteClient {
  clientId: string
  clientSecret: string
}

/** Reads the variables of `main.ts`. @throws OptionsError with every fault at once. */
export const readOptions = (env: Environment): ModuleOptions & Pick<SiteOptions, 'openApiUrl' | 'noteClient'> => ({
  ...readModuleOptions(env, {
    port: 8051,
    clientId: 'third-party-site',
    apis: { openApiUrl: ['OPEN_API_URL', 'http://localhost:8063'] },
  }),
  noteClient: noteClientOf(env),
})

function noteClientOf({ TEST_CLIENT_ID: clientId, TEST_CLIENT_SECRET: clientSecret }: Environment): NoteClient | undefined {
  return clientId && clientSecret ? { clientId, clientSecret } : undefined
}
