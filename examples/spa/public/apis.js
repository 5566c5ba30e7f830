import { Failure } from './failure.js'

/**
 * @typedef {{ preferred_username?: string, name?: string, headline: string }} Profile
 * @typedef {{ profile: Profile, version: string }} Versioned
 * @typedef {{ name: string, description: string, state: string, role: 'owner' | 'editor' | 'viewer', updatedAt: string }} Project
 */

/**
 * What the page asks of the APIs, in the person's name.
 * @param {import('./token-session.js').Session} session
 * @param {{ userApiUrl: string, projectApiUrl: string }} addresses
 */
export function createApis(session, { userApiUrl, projectApiUrl }) {
  const me = `${userApiUrl}/users/me`
  return {
    profile: async () => versioned(ok(await session.fetch(me))),

    /** @returns {Promise<Project[]>} */
    projects: async () => (await ok(await session.fetch(`${projectApiUrl}/projects?limit=50`)).json()).items,

    /**
     * Writes it, if the profile is still the one that was seen; gives nothing if it has changed meanwhile.
     * @param {string} headline
     * @param {string} seen The version.
     */
    async writeHeadline(headline, seen) {
      const answer = await session.fetch(me, {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json', 'if-match': seen },
        body: JSON.stringify({ headline }),
      })
      return answer.status === 412 ? undefined : versioned(ok(answer))
    },
  }
}

/** @param {Response} answer */
function ok(answer) {
  if (answer.ok) return answer
  throw new Failure(answer.status >= 500 || answer.status === 429 ? 'unreachable' : 'unexpected', { code: `${answer.status}` })
}

/** @param {Response} answer @returns {Promise<Versioned>} */
const versioned = async (answer) => ({ profile: await answer.json(), version: answer.headers.get('etag') ?? '*' })
