import { boundedText } from '@menshen/shared/http/bounded-text'
import { Problem } from '@menshen/shared/http/problem'
import type { ServiceCalls } from '@menshen/shared/tokens/service-token'
import { z } from 'zod'

export interface Person {
  sub: string
  preferred_username?: string | undefined
}

/** The people of the suite. */
export interface People {
  /** The person of this user name, in any case and width. @throws Problem unavailable, 503, when user-api can't be asked. */
  findByUsername(username: string): Promise<Person | undefined>
}

const answer = z.object({ items: z.array(z.object({ sub: z.string().min(1), preferred_username: z.string().optional() })) })
const LARGEST_ANSWER = 64 * 1024

/** People as user-api knows them; without calls (no client of auth is set) they can't be found. */
export const peopleOf = (userApiUrl: string, calls: ServiceCalls | undefined): People => ({
  async findByUsername(username) {
    if (!calls) throw new Problem('unavailable', { cause: new Error('CLIENT_SECRET is not set: people can not be looked up') })
    const response = await calls.fetch(`${userApiUrl}/users?${new URLSearchParams({ username })}`, 'USER_API_URL')
    if (!response.ok) throw new Problem('unavailable', { cause: new Error(`user-api answered ${response.status}`) })
    try {
      return answer.parse(JSON.parse(await boundedText(response, LARGEST_ANSWER))).items[0]
    } catch (cause) {
      throw new Problem('unavailable', { cause })
    }
  },
})
