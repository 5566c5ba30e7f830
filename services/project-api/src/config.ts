import { loadResourceConfig, type ResourceConfig, resourceSettings } from '@menshen/shared/config/resource-settings'
import type { Env } from '@menshen/shared/config/settings'

/** The settings of project-api. */
export const projectApiSettings = resourceSettings({ name: 'project-api', port: 8062 })

export type ProjectApiConfig = ResourceConfig

/** Reads the settings of project-api; pure. @throws SettingsError with a line for each fault. */
export const loadProjectApiConfig = (env: Env): ProjectApiConfig => loadResourceConfig(projectApiSettings, env)
