import { docker } from './engine.ts'

export const services = ['auth', 'user-api', 'project-api', 'open-api'] as const

/** All that the Dockerfile builds for use. */
export const images = [...services, 'menshen'] as const

/** Builds them all; what is there already costs nothing. */
export async function buildImages(...options: string[]): Promise<void> {
  for (const target of images)
    await docker('build', '--network=host', ...options, '--target', target, '-t', `menshen/${target}`, '.')
}
