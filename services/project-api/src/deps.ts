import { openResource, type ResourceDeps, resourceCollections, type Surroundings } from '@menshen/shared/http/resource-service'
import type { AnyDefinition, Schema } from '@menshen/shared/storage'
import { createServiceCalls } from '@menshen/shared/tokens/service-token'
import { createTracedFetch } from '@menshen/shared/tracing/traced-fetch'
import { type Access, createAccess } from './access.ts'
import { createRequireAccount, type RequireAccount } from './account.ts'
import type { ProjectApiConfig } from './config.ts'
import { type People, peopleOf } from './people.ts'
import { rankBetween } from './rank.ts'
import { type ActivityStore, activity, createActivityStore } from './stores/activity.ts'
import { type CommentStore, comments, createCommentStore } from './stores/comments.ts'
import { createDeletionStore, type DeletionStore, deletions as deletionRecords } from './stores/deletions.ts'
import { createDepart, type Depart, departed } from './stores/departure.ts'
import { createInvitationStore, type InvitationStore, invitations } from './stores/invitations.ts'
import { createMemberStore, type MemberStore } from './stores/member-store.ts'
import { memberships } from './stores/memberships.ts'
import { createProjectStore, type ProjectStore } from './stores/project-store.ts'
import { projects } from './stores/projects.ts'
import { createTaskStore, type TaskStore } from './stores/task-store.ts'
import { tasks } from './stores/tasks.ts'

/** All that project-api works with. */
export interface ProjectApiDeps extends ResourceDeps {
  access: Access
  requireAccount: RequireAccount
  projects: ProjectStore
  members: MemberStore
  invitations: InvitationStore
  tasks: TaskStore
  comments: CommentStore
  activity: ActivityStore
  deletions: DeletionStore
  depart: Depart
  people: People
}

/** Where it runs; tests bring people of their own. */
export interface ProjectSurroundings extends Surroundings {
  people?: People
}

/** All that project-api stores. */
export const collections: readonly AnyDefinition[] = [
  projects,
  memberships,
  invitations,
  tasks,
  comments,
  activity,
  deletionRecords,
  departed,
]

/** The same and what every resource service stores, by version: who changes an index there counts it up. */
export const schema: Schema = { service: 'project-api', version: 1, collections: [...collections, ...resourceCollections] }

/** Opens what the settings name. */
export async function createDeps(config: ProjectApiConfig, surroundings: ProjectSurroundings): Promise<ProjectApiDeps> {
  const resource = await openResource(config, { ...surroundings, schema })
  const { database, clock, tracing } = resource
  const { userApiUrl, tokenUrl, clientId, clientSecret } = config
  const calls =
    clientSecret === undefined
      ? undefined
      : createServiceCalls({ tokenUrl, clientId, clientSecret, scope: 'user:list', clock, fetch: createTracedFetch(tracing) })
  const deletions = createDeletionStore(database)
  const depart = createDepart(database, deletions)
  return {
    ...resource,
    access: createAccess(database),
    requireAccount: createRequireAccount({ database, depart, clock }),
    projects: createProjectStore(database),
    members: createMemberStore(database),
    invitations: createInvitationStore(database),
    tasks: createTaskStore(database, { between: rankBetween, longest: 100 }),
    comments: createCommentStore(database),
    activity: createActivityStore(database),
    deletions,
    depart,
    people: surroundings.people ?? peopleOf(userApiUrl, calls),
  }
}
