import { loadResourceConfig, type ResourceConfig, resourceSettings } from '@menshen/shared/config/resource-settings'
import type { Env } from '@menshen/shared/config/settings'

/** The settings of user-api. */
export const userApiSettings = resourceSettings({ name: 'user-api', port: 8061 })

export type UserApiConfig = ResourceConfig

/** Reads the settings of user-api; pure. @throws SettingsError with a line for each fault. */
export const loadUserApiConfig = (env: Env): UserApiConfig => loadResourceConfig(userApiSettings, env)
