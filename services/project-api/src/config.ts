import { httpUrl } from '@menshen/shared/config/parsers'
import { resourceSettings, withAddresses } from '@menshen/shared/config/resource-settings'
import { defineSettings, type Env, loadSettings } from '@menshen/shared/config/settings'

const settings = resourceSettings({ name: 'project-api', port: 8062 })

/** The settings of project-api. */
export const projectApiSettings = defineSettings({
  ...settings,
  clientId: {
    ...settings.clientId,
    about: 'The client as which this service asks others; it needs the scopes `revocation:read` and `user:list`.',
  },
  clientSecret: { ...settings.clientSecret, about: `${settings.clientSecret.about.slice(0, -1)}, and nobody can be invited.` },
  userApiUrl: {
    variable: 'USER_API_URL',
    parse: httpUrl,
    default: 'http://localhost:8061',
    about: 'Where user-api is asked who has a user name.',
  },
})

export type ProjectApiConfig = ReturnType<typeof loadProjectApiConfig>

/** Reads the settings of project-api; pure. @throws SettingsError with a line for each fault. */
export const loadProjectApiConfig = (env: Env) => withAddresses(loadSettings(projectApiSettings, env), env)
