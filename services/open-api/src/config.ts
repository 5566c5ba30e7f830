import { loadResourceConfig, type ResourceConfig, resourceSettings } from '@menshen/shared/config/resource-settings'
import type { Env } from '@menshen/shared/config/settings'

/** The settings of open-api. */
export const openApiSettings = resourceSettings({ name: 'open-api', port: 8063 })

export type OpenApiConfig = ResourceConfig

/** Reads the settings of open-api; pure. @throws SettingsError with a line for each fault. */
export const loadOpenApiConfig = (env: Env): OpenApiConfig => loadResourceConfig(openApiSettings, env)
