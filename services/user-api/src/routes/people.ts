import { ok } from '@menshen/shared/api/answer'
import { invalidInput } from '@menshen/shared/api/input'
import { defineList } from '@menshen/shared/api/list'
import { type Operation, operation } from '@menshen/shared/api/operation'
import { Problem } from '@menshen/shared/http/problem'
import { type AccessToken, speaksForPerson } from '@menshen/shared/tokens/access-token'
import { z } from 'zod'
import type { UserApiDeps } from '../deps.ts'
import { toOthers, toSuite } from '../representations.ts'
import { person, personId } from '../schemas.ts'
import type { Profile } from '../stores/profile.ts'

const list = defineList('users', z.string())

const query = z.strictObject({
  ...list.query,
  username: z
    .string('must be given once')
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'Only who has this user name, in any case and width; also people whose profile is private.' }),
  skill: z.string('must be given once').min(1).max(50).optional().meta({
    description:
      'Only who has this skill, in any case and width, in a profile that is not private. Not together with `username`.',
  }),
})

/** Other people. */
export const peopleOperations = ({ profiles }: Pick<UserApiDeps, 'profiles'>): Operation[] => [
  operation({
    method: 'get',
    path: '/users/:id',
    id: 'readPerson',
    summary: 'Read what a person shows',
    description: 'What nobody has and what its person does not show to the caller are answered alike: 404.',
    tag: 'People',
    scope: 'user:read',
    caller: 'anyone',
    params: z.strictObject({ id: personId.meta({ description: 'The `sub` of the person.' }) }),
    answer: { status: 200, about: 'The person.', schema: person },
    versioned: true,
    problems: ['not-found'],
    async handle({ token, params: { id } }) {
      const profile = await profiles.find(id)
      if (!profile || !isShownTo(token, profile)) throw new Problem('not-found')
      return ok(toOthers(profile), profile)
    },
  }),

  operation({
    method: 'get',
    path: '/users',
    id: 'listPeople',
    summary: 'List the people of the suite',
    description:
      'For the suite’s own servers, ordered by `sub`. Everybody is found whose account is neither disabled nor deleted, so that a colleague can be invited by user name; of a private profile nothing is told but `sub`, `preferred_username`, `name` and `picture`. In the demo only `first_party` clients may have `user:list`; keep it so, as it tells of everybody.',
    tag: 'People',
    scope: 'user:list',
    caller: 'anyone',
    query,
    answer: { status: 200, about: 'A page of people.', schema: list.schema(person) },
    async handle({ query: { limit, cursor: after, username, skill } }) {
      if (skill === undefined) return pageOf(await profiles.page({ username }, { limit, after }))
      if (username === undefined) return pageOf(await profiles.pageOfSkill(skill, { limit, after }))
      throw invalidInput([{ field: 'skill', detail: 'is not taken together with username' }])
    },
  }),
]

const pageOf = ({ items, next }: Awaited<ReturnType<UserApiDeps['profiles']['page']>>) =>
  list.page({ items: items.map(toSuite), next })

function isShownTo(token: AccessToken, { sub, hidden, visibility }: Profile): boolean {
  if (hidden) return false
  if (token.sub === sub) return true
  return visibility === 'public' || (visibility === 'suite' && speaksForPerson(token))
}
