import type { Schema } from '@menshen/shared/storage'

/** What each service stores; loaded by the few commands that need it. */
export async function loadSchemas(): Promise<Schema[]> {
  const { schema: auth } = await import('@menshen/auth/stores/index')
  const { schema: userApi } = await import('@menshen/user-api/deps')
  const { schema: projectApi } = await import('@menshen/project-api/deps')
  const { schema: openApi } = await import('@menshen/open-api/deps')
  return [auth, userApi, projectApi, openApi]
}
