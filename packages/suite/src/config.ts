import { httpUrl, port, text } from '@menshen/shared/config/parsers'
import { eventsUrlSetting, hostSetting, logLevelSetting, tlsCertFileSetting } from '@menshen/shared/config/service-settings'
import { defineSettings, type Env, loadSettings, mustBeSet } from '@menshen/shared/config/settings'

/** The settings of the suite: what differs between its services follows from these. */
export const suiteSettings = defineSettings({
  host: hostSetting,
  issuer: {
    variable: 'ISSUER',
    parse: httpUrl,
    default: undefined,
    about: 'Public address of auth, when it is another than that of its port.',
  },
  tlsCertFile: {
    ...tlsCertFileSetting,
    about: 'With it, and `TLS_KEY_FILE`, auth serves https, and `ISSUER` is https://localhost and its port when not set.',
  },
  authPort: { variable: 'AUTH_PORT', parse: port, default: 8060, about: 'Port of auth.' },
  userApiPort: { variable: 'USER_API_PORT', parse: port, default: 8061, about: 'Port of user-api.' },
  projectApiPort: { variable: 'PROJECT_API_PORT', parse: port, default: 8062, about: 'Port of project-api.' },
  openApiPort: { variable: 'OPEN_API_PORT', parse: port, default: 8063, about: 'Port of open-api.' },
  thirdPartySitePort: { variable: 'THIRD_PARTY_SITE_PORT', parse: port, default: 8051, about: 'Port of the third-party site.' },
  startPagePort: { variable: 'START_PAGE_PORT', parse: port, default: 8070, about: 'Port of the start page.' },
  projectCenterPort: { variable: 'PROJECT_CENTER_PORT', parse: port, default: 8071, about: 'Port of the project centre.' },
  talentCenterPort: { variable: 'TALENT_CENTER_PORT', parse: port, default: 8072, about: 'Port of the talent centre.' },
  spaPort: { variable: 'SPA_PORT', parse: port, default: 8073, about: 'Port of the single-page app.' },
  mobileAppPort: { variable: 'MOBILE_APP_PORT', parse: port, default: 8074, about: 'Port of the mobile app.' },
  eggClientPort: { variable: 'EGG_CLIENT_PORT', parse: port, default: 7002, about: 'Port of egg-client.' },
  databaseUrl: {
    variable: 'DATABASE_URL',
    parse: text,
    default: 'sqlite:./.data',
    about:
      'Where all services keep their records, each its own: a folder (`sqlite:FOLDER`) or `mongodb://…/NAME` (a replica set).',
    secret: true,
    production: mustBeSet,
  },
  eventsUrl: eventsUrlSetting,
  logLevel: logLevelSetting('warn'),
})

export type SuiteConfig = ReturnType<typeof loadSuiteConfig>

/** Reads the settings of the suite; pure. @throws SettingsError with a line for each fault. */
export const loadSuiteConfig = (env: Env) => loadSettings(suiteSettings, env)

/** Variables that give each part of the suite a free port. */
export const freePorts: Env = Object.fromEntries(
  Object.values(suiteSettings).flatMap(({ variable }) => (variable.endsWith('_PORT') ? [[variable, '0']] : [])),
)
