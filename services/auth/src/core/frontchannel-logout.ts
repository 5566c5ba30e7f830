import type { CoreDeps } from './ports.ts'
import type { EndedSession } from './types.ts'

/**
 * What to show in frames so that the apps of these sessions end their own, with the session that ended (Front-Channel Logout section 3); nothing where
 * it is off.
 */
export async function frontchannelUrls(
  ended: readonly EndedSession[],
  { grants, clients, config }: Pick<CoreDeps, 'grants' | 'clients' | 'config'>,
): Promise<string[]> {
  if (config.frontchannelLogout === 'off') return []
  const urls = new Set<string>()
  for (const { sid } of ended) {
    for (const { client_id } of await grants.allOfSession(sid)) {
      const uri = (await clients.find(client_id))?.frontchannel_logout_uri
      if (uri) urls.add(`${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ iss: config.issuer, sid })}`)
    }
  }
  return [...urls]
}
