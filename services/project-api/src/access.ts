import { Problem } from '@menshen/shared/http/problem'
import type { Database } from '@menshen/shared/storage'
import { conflict } from './conflict.ts'
import { type Action, permissions } from './permissions.ts'
import { type Membership, membershipId, memberships } from './stores/memberships.ts'

/**
 * Gives the membership under which a person does something to a project. @throws Problem 404 for who is no member, as for a project that is not there;
 * 403 when the role does not allow it; 409 when the project is archived.
 */
export type Access = (action: Action, projectId: string, sub: string) => Promise<Membership>

export const createAccess =
  (database: Database): Access =>
  async (action, projectId, sub) => {
    const member = await database.collection(memberships).find({ id: membershipId(projectId, sub) })
    if (!member) throw new Problem('not-found')
    const permission = permissions[action]
    if (!permission[member.role]) throw new Problem('forbidden', { detail: `the role ${member.role} does not allow this` })
    if (member.state === 'archived' && !permission.archived)
      throw conflict('archived', 'the project is archived: its owner can restore it')
    return member
  }
