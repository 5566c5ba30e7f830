import { type Login, SignInAgain } from '@menshen/login'
import type { Context } from 'koa'
import { z } from 'zod'
import { readAnswer } from './answer.ts'

const profile = z.object({
  preferred_username: z.string().optional(),
  name: z.string().optional(),
  email: z.string().optional(),
  headline: z.string(),
  bio: z.string(),
  skills: z.array(z.string()),
  links: z.array(z.string()),
  visibility: z.enum(['public', 'suite', 'private']),
})

export type Profile = z.output<typeof profile>

/** What a person writes about themselves. */
export type OwnFields = Pick<Profile, 'headline' | 'bio' | 'skills' | 'links' | 'visibility'>

export type Written =
  | { outcome: 'saved' }
  /** Somebody, most likely the same person in another window, was quicker. */
  | { outcome: 'conflict' }
  | { outcome: 'refused'; fields: string[] }
  | { outcome: 'unreachable' }

/** The person's own profile at user-api. */
export interface UserApi {
  /** The profile, and the tag of this version. */
  read(ctx: Context): Promise<{ profile: Profile; etag: string }>
  /** Changes the version with this tag, and no other (RFC 9110 section 13.1.1). */
  write(ctx: Context, own: OwnFields, etag: string): Promise<Written>
}

export function createUserApi({ login, userApiUrl }: { login: Login; userApiUrl: string }): UserApi {
  const me = `${userApiUrl}/users/me`
  return {
    async read(ctx) {
      const answer = await login.fetch(ctx, me)
      return { profile: await readAnswer(answer, profile), etag: answer.headers.get('etag') ?? '' }
    },

    async write(ctx, own, etag) {
      const headers = { 'content-type': 'application/json', 'if-match': etag }
      try {
        return await writtenIn(await login.fetch(ctx, me, { method: 'PATCH', headers, body: JSON.stringify(own) }))
      } catch (error) {
        if (error instanceof SignInAgain) throw error
        return { outcome: 'unreachable' }
      }
    },
  }
}

const refusal = z.object({ errors: z.array(z.object({ field: z.string() })) })

async function writtenIn(answer: Response): Promise<Written> {
  if (answer.ok) return { outcome: 'saved' }
  if (answer.status === 412) return { outcome: 'conflict' }
  if (answer.status !== 400) return { outcome: 'unreachable' }
  const { errors } = refusal.parse(await answer.json())
  return { outcome: 'refused', fields: errors.map(({ field }) => field.split('.')[0] ?? '') }
}
