import { Problem, secondsIn } from './problem.js'

/**
 * What the app reads from the APIs, in the person's name.
 * @param {import('./menshen-client.js').MenshenClient} client
 * @param {{ userApiUrl: string, projectApiUrl: string, openApiUrl: string }} addresses
 * @param {string} locale
 */
export function createApis(client, { userApiUrl, projectApiUrl, openApiUrl }, locale) {
  const learning = `${openApiUrl}/v1/learning`
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return {
    profile: () => read(client, `${userApiUrl}/users/me`),
    projects: () => read(client, `${projectApiUrl}/projects?limit=50`),
    learning: async () => {
      const [summary, history] = await Promise.all([
        read(client, `${learning}/summary?${new URLSearchParams({ time_zone })}`),
        read(client, `${learning}/history?${new URLSearchParams({ limit: '5', locale })}`),
      ])
      return { summary, history }
    },
  }
}

/**
 * @param {import('./menshen-client.js').MenshenClient} client
 * @param {string} address
 */
async function read(client, address) {
  const answer = await client.fetch(address, { headers: { accept: 'application/json' } })
  if (answer.status === 429) throw new Problem('throttled', { retryAfter: secondsIn(answer) })
  if (answer.status >= 500) throw new Problem('unreachable', { cause: answer.status })
  if (!answer.ok) throw new Problem('refused', { cause: answer.status })
  return answer.json().catch((cause) => {
    throw new Problem('unreachable', { cause })
  })
}
