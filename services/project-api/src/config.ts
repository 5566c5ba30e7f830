import { httpUrl, text } from '@menshen/shared/config/parsers'
import { resourceSettings } from '@menshen/shared/config/resource-settings'
import { defineSettings, type Env, loadSettings } from '@menshen/shared/config/settings'

/** The settings of project-api. */
export const projectApiSettings = defineSettings({
  ...resourceSettings({ name: 'project-api', port: 8062 }),
  userApiUrl: {
    variable: 'USER_API_URL',
    parse: httpUrl,
    default: 'http://localhost:8061',
    about: 'Where user-api is asked who has a user name.',
  },
  tokenUrl: {
    variable: 'TOKEN_URL',
    parse: httpUrl,
    default: undefined,
    about:
      'Where auth gives this service its own tokens, such as an internal address; `ISSUER` and `/oauth2/token` when not set.',
  },
  clientId: {
    variable: 'CLIENT_ID',
    parse: text,
    default: 'project-api',
    about: 'The client as which it calls user-api; it needs the scope `user:list`.',
  },
  clientSecret: {
    variable: 'CLIENT_SECRET',
    parse: text,
    default: undefined,
    about: 'The secret of that client; without it nobody can be invited.',
    secret: true,
  },
})

export type ProjectApiConfig = ReturnType<typeof loadProjectApiConfig>

/** Reads the settings of project-api; pure. @throws SettingsError with a line for each fault. */
export function loadProjectApiConfig(env: Env) {
  const settings = loadSettings(projectApiSettings, env)
  const { issuer, jwksUrl = `${issuer}/oauth2/jwks`, tokenUrl = `${issuer}/oauth2/token` } = settings
  return Object.freeze({ ...settings, jwksUrl, tokenUrl })
}
