import { type Env, SettingsError } from '@menshen/shared/config/settings'
import { addressesOf } from '../../addresses.ts'
import { loadSuiteConfig } from '../../config.ts'
import { loadServiceConfigs } from '../../service-configs.ts'
import { type Diagnosis, failure, fine, messageOf, warning } from './diagnosis.ts'

/** The oldest Node that all of it runs on. */
const oldest = [20, 19] as const

/** Whether `npm start` would take the settings, with all faults at once. */
export function settingsDiagnoses(env: Env): Diagnosis[] {
  return [nodeDiagnosis(process.versions.node), ...faultsOf(env)]
}

function nodeDiagnosis(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1])
  return isOld ? failure('node', version, `use Node ${oldest.join('.')} or newer`) : fine('node', version)
}

function faultsOf(env: Env): Diagnosis[] {
  try {
    const config = loadSuiteConfig(env)
    loadServiceConfigs(config, { addresses: addressesOf(config), env, clients: [] })
  } catch (error) {
    const faults = error instanceof SettingsError ? error.faults : [messageOf(error)]
    return faults.map((fault) => failure('settings', fault, 'set it as docs/configuration.md tells'))
  }
  if (env['NODE_ENV'] === 'production' && env['MENSHEN_PROFILE'] === 'demo')
    return [
      warning(
        'settings',
        'MENSHEN_PROFILE=demo: people and secrets that are public, and http',
        'take it out where people sign in',
      ),
    ]
  if (env['NODE_ENV'] === 'production') return [fine('settings', 'fit for production')]
  if (env['UV_THREADPOOL_SIZE'] === undefined)
    return [warning('settings', 'UV_THREADPOOL_SIZE is not set', 'start Node with --env-file=node.env, as npm start does')]
  return [fine('settings', 'fit for trying out; production wants NODE_ENV=production')]
}
