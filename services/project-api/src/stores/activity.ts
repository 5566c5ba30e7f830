import { newId } from '@menshen/shared/ids'
import { type Database, defineCollection, insertInto, type ListPage, type OperationOf, pageOf } from '@menshen/shared/storage'
import type { Role } from './memberships.ts'
import type { PageRequest } from './page-request.ts'

/** What can happen in a project. */
export const activityTypes = [
  'project.created',
  'project.changed',
  'project.archived',
  'project.restored',
  'project.handed_over',
  'member.invited',
  'member.joined',
  'member.declined',
  'member.role_changed',
  'member.removed',
  'member.left',
  'invitation.withdrawn',
  'task.created',
  'task.changed',
  'task.moved',
  'task.deleted',
  'comment.created',
  'comment.changed',
  'comment.deleted',
] as const

/** What somebody did in a project. */
export interface Activity {
  id: string
  projectId: string
  type: (typeof activityTypes)[number]
  /** The `sub` of who did it. */
  actor: string
  createdAt: number
  taskId?: string
  /** Of the task, as it was then. */
  title?: string
  /** The `sub` of the person whom it concerns. */
  person?: string
  role?: Role
}

export const activity = defineCollection<Activity>({ name: 'activity', key: 'id', indexes: [['projectId', 'createdAt']] })

/** Notes what happened, in the transaction in which it happens. */
export const note = (happened: Omit<Activity, 'id'>): OperationOf<void> => insertInto(activity, { id: newId('act'), ...happened })

export interface ActivityStore {
  /** A page of what happened in a project, the newest first. */
  page(projectId: string, page: PageRequest): Promise<ListPage<Activity>>
}

export const createActivityStore = (database: Database): ActivityStore => ({
  async page(projectId, { limit, after }) {
    const order = { orderBy: 'createdAt', descending: true, limit: limit + 1, ...(after && { after }) } as const
    const found = await database.collection(activity).list({ projectId }, order)
    return pageOf(found, limit, ({ createdAt, id }) => [createdAt, id])
  },
})
