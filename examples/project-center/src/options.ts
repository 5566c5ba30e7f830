import { httpUrl, port, text } from '@menshen/shared/config/parsers'
import { defineSettings, type Env, loadSettings, mustBeSet } from '@menshen/shared/config/settings'

const settings = defineSettings({
  port: { variable: 'PORT', parse: port, default: 8071, about: 'Port to listen on.' },
  baseUrl: { variable: 'BASE_URL', parse: httpUrl, default: 'http://localhost:8071', about: 'Where people reach it.' },
  issuer: { variable: 'ISSUER', parse: httpUrl, default: 'http://localhost:8060', about: 'The login.' },
  clientId: { variable: 'CLIENT_ID', parse: text, default: 'project-center', about: 'Its name at the login.' },
  clientSecret: {
    variable: 'CLIENT_SECRET',
    parse: text,
    default: 'demo-secret-of-project-center-not-for-production',
    about: 'Its secret at the login.',
    secret: true,
    production: mustBeSet,
  },
  projectApiUrl: { variable: 'PROJECT_API_URL', parse: httpUrl, default: 'http://localhost:8062', about: 'Where projects are.' },
  userApiUrl: { variable: 'USER_API_URL', parse: httpUrl, default: 'http://localhost:8061', about: 'Who people are.' },
  talentCenterUrl: {
    variable: 'TALENT_CENTER_URL',
    parse: httpUrl,
    default: 'http://localhost:8072',
    about: 'The other module, to link to.',
  },
})

/** What the module must know of itself and of those it talks to. */
export interface CenterOptions extends Omit<ReturnType<typeof readOptions>, 'port'> {
  /** Milliseconds since the epoch; tests pass their own. */
  now?: () => number
  log?: (line: string) => void
}

/** Reads the variables of `main.ts`; pure. @throws SettingsError with every fault at once. */
export const readOptions = (env: Env) => loadSettings(settings, env)
