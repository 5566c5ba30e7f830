import { created, noContent, ok } from '@menshen/shared/api/answer'
import { invalidInput } from '@menshen/shared/api/input'
import { defineList } from '@menshen/shared/api/list'
import { type Operation, operation } from '@menshen/shared/api/operation'
import { Problem } from '@menshen/shared/http/problem'
import { newId } from '@menshen/shared/ids'
import { z } from 'zod'
import { conflict } from '../conflict.ts'
import type { ProjectApiDeps } from '../deps.ts'
import { inProject, invitationId, line, projectId, subject, time, timeOf } from '../schemas.ts'
import type { Invitation } from '../stores/invitations.ts'
import { MOST_MEMBERS } from '../stores/memberships.ts'
import { untilDone } from '../until-done.ts'
import { projectSchema, shownProject } from './projects.ts'

const role = z.enum(['editor', 'viewer'])
const common = { id: invitationId, role, invitedBy: subject.meta({ description: 'The sub of who invited.' }), createdAt: time }
const sentSchema = z.object({ ...common, username: z.string() }).meta({ id: 'SentInvitation' })
const receivedSchema = z
  .object({ ...common, project: z.object({ id: projectId, name: z.string() }) })
  .meta({ id: 'ReceivedInvitation' })

const newInvitation = z.strictObject({ username: line(64), role: role.default('viewer') })

/** Both ordered by when they were made, in milliseconds. */
const sentList = defineList('sent invitations', z.int())
const receivedList = defineList('received invitations', z.int())

const reading = { tag: 'Invitations', scope: 'project:read' }
const writing = { tag: 'Invitations', scope: 'project:write' }
const sentParams = inProject.extend({ invitationId })
const receivedParams = z.strictObject({ invitationId })

const shownCommon = ({ id, role, invitedBy, createdAt }: Invitation) => ({ id, role, invitedBy, createdAt: timeOf(createdAt) })
const shownSent = (invitation: Invitation) => ({ ...shownCommon(invitation), username: invitation.username })

type Deps = Pick<ProjectApiDeps, 'access' | 'requireAccount' | 'projects' | 'invitations' | 'people' | 'clock'>

/** Invitations, as the project sends them and as the invited answer them. */
export const invitationOperations = (deps: Deps): Operation[] => [...sentOperations(deps), ...receivedOperations(deps)]

function sentOperations({ access, projects, invitations, people, clock }: Deps): Operation[] {
  async function requireNew(projectId: string, sub: string): Promise<void> {
    const { member, invited, people } = await invitations.standing(projectId, sub)
    if (member) throw conflict('already-member', 'that person is a member already')
    if (invited) throw conflict('already-invited', 'that person is invited already')
    if (people >= MOST_MEMBERS) throw conflict('full', `a project has ${MOST_MEMBERS} members and invitations at most`)
  }

  return [
    operation({
      method: 'post',
      path: '/projects/:projectId/invitations',
      id: 'invite',
      summary: 'Invite a person by user name',
      ...writing,
      params: inProject,
      body: newInvitation,
      answer: { status: 201, about: 'The invitation.', schema: sentSchema },
      idempotent: true,
      problems: ['not-found', 'conflict'],
      async handle({ token: { sub }, params: { projectId }, body, once }) {
        await access('invitations.create', projectId, sub) // before anything is said about the name
        const person = await people.findByUsername(body.username)
        if (!person) throw invalidInput([{ field: 'username', detail: 'nobody has this user name' }])
        if (person.sub === sub) throw conflict('yourself', 'you are a member yourself')
        return untilDone(async () => {
          const by = await access('invitations.create', projectId, sub)
          const project = await projects.find(projectId)
          if (!project) return undefined // deleted just now: the next look says so
          await requireNew(projectId, person.sub)
          const invitation: Invitation = {
            id: newId('inv'),
            projectId,
            sub: person.sub,
            username: person.preferred_username ?? body.username,
            role: body.role,
            invitedBy: sub,
            createdAt: clock.now(),
            uses: 0,
          }
          const answer = created(`/projects/${projectId}/invitations/${invitation.id}`, shownSent(invitation))
          return (await invitations.create(invitation, by, project, once(answer))) && answer
        })
      },
    }),
    operation({
      method: 'get',
      path: '/projects/:projectId/invitations',
      id: 'listSentInvitations',
      summary: 'List who is invited and has not answered, the newest first',
      ...reading,
      params: inProject,
      query: z.strictObject(sentList.query),
      answer: { status: 200, about: 'A page of invitations.', schema: sentList.schema(sentSchema) },
      problems: ['not-found'],
      async handle({ token: { sub }, params: { projectId }, query: { limit, cursor } }) {
        await access('invitations.read', projectId, sub)
        const { items, next } = await invitations.page({ projectId }, { limit, after: cursor })
        return sentList.page({ items: items.map(shownSent), next })
      },
    }),
    operation({
      method: 'get',
      path: '/projects/:projectId/invitations/:invitationId',
      id: 'readSentInvitation',
      summary: 'Read an invitation that has no answer yet',
      ...reading,
      params: sentParams,
      answer: { status: 200, about: 'The invitation.', schema: sentSchema },
      problems: ['not-found'],
      async handle({ token: { sub }, params: { projectId, invitationId: id } }) {
        await access('invitations.read', projectId, sub)
        const invitation = await invitations.find({ id, projectId })
        if (!invitation) throw new Problem('not-found')
        return ok(shownSent(invitation))
      },
    }),
    operation({
      method: 'delete',
      path: '/projects/:projectId/invitations/:invitationId',
      id: 'withdrawInvitation',
      summary: 'Withdraw an invitation',
      ...writing,
      params: sentParams,
      answer: { status: 204, about: 'It can not be accepted any more.' },
      problems: ['not-found'],
      handle: ({ token: { sub }, params: { projectId, invitationId: id } }) =>
        untilDone(async () => {
          const by = await access('invitations.withdraw', projectId, sub)
          const invitation = await invitations.find({ id, projectId })
          if (!invitation) throw new Problem('not-found')
          return (await invitations.withdraw(invitation, by, clock.now())) && noContent()
        }),
    }),
  ]
}

function receivedOperations({ requireAccount, projects, invitations, clock }: Deps): Operation[] {
  async function ownInvitation(id: string, sub: string): Promise<Invitation> {
    const invitation = await invitations.find({ id, sub })
    if (!invitation) throw new Problem('not-found')
    return invitation
  }

  return [
    operation({
      method: 'get',
      path: '/invitations',
      id: 'listReceivedInvitations',
      summary: 'List the projects that you are invited to, the newest invitation first',
      ...reading,
      query: z.strictObject(receivedList.query),
      answer: { status: 200, about: 'A page of invitations.', schema: receivedList.schema(receivedSchema) },
      async handle({ token: { sub }, query: { limit, cursor } }) {
        const { items, next } = await invitations.page({ sub }, { limit, after: cursor })
        const found = await Promise.all(items.map(({ projectId }) => projects.find(projectId)))
        const there = items.flatMap((invitation, i) => {
          const project = found[i]
          return project ? [{ ...shownCommon(invitation), project: { id: project.id, name: project.name } }] : []
        })
        return receivedList.page({ items: there, next })
      },
    }),
    operation({
      method: 'post',
      path: '/invitations/:invitationId/accept',
      id: 'acceptInvitation',
      summary: 'Accept an invitation: you become a member',
      ...writing,
      params: receivedParams,
      answer: { status: 200, about: 'The project.', schema: projectSchema },
      versioned: true,
      problems: ['not-found'],
      async handle({ token: { sub }, params: { invitationId } }) {
        const answer = await untilDone(async () => {
          const invitation = await ownInvitation(invitationId, sub)
          const project = await projects.find(invitation.projectId)
          if (!project) return undefined // deleted just now, and the invitation with it
          const joined = await invitations.accept(invitation, project, clock.now())
          return joined && ok(shownProject(joined.project, joined.member), joined.project)
        })
        await requireAccount(sub)
        return answer
      },
    }),
    operation({
      method: 'post',
      path: '/invitations/:invitationId/decline',
      id: 'declineInvitation',
      summary: 'Decline an invitation',
      ...writing,
      params: receivedParams,
      answer: { status: 204, about: 'It is gone.' },
      problems: ['not-found'],
      handle: ({ token: { sub }, params: { invitationId } }) =>
        untilDone(async () => {
          const invitation = await ownInvitation(invitationId, sub)
          return (await invitations.decline(invitation, clock.now())) && noContent()
        }),
    }),
  ]
}
