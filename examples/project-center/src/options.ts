import { type Environment, type LoginOptions, type ModuleOptions, readModuleOptions } from '@menshen/login'

/** What the module must know of itself and of those it talks to. */
export interface CenterOptions
  extends Pick<LoginOptions, 'issuer' | 'clientId' | 'clientSecret' | 'baseUrl' | 'allowInsecure' | 'log'> {
  projectApiUrl: string
  /** Who people are. */
  userApiUrl: string
  /** The other module, to link to. */
  talentCenterUrl: string
}

/** Reads the variables of `main.ts`. @throws OptionsError with every fault at once. */
export const readOptions = (
  env: Environment,
): ModuleOptions & Pick<CenterOptions, 'projectApiUrl' | 'userApiUrl' | 'talentCenterUrl'> =>
  readModuleOptions(env, {
    port: 8071,
    clientId: 'project-center',
    apis: {
      projectApiUrl: ['PROJECT_API_URL', 'http://localhost:8062'],
      userApiUrl: ['USER_API_URL', 'http://localhost:8061'],
      talentCenterUrl: ['TALENT_CENTER_URL', 'http://localhost:8072'],
    },
  })
