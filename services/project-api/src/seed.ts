import { createHash } from 'node:crypto'
import { type Clock, systemClock } from '@menshen/shared/clock'
import { type Database, insertInto, type OperationOf, UniqueConflict } from '@menshen/shared/storage'
import { rankBetween } from './rank.ts'
import { type DemoPerson, type DemoProject, type DemoTask, demoProjects } from './seed-data.ts'
import { type Activity, note } from './stores/activity.ts'
import { comments } from './stores/comments.ts'
import { invitations } from './stores/invitations.ts'
import { createProjectStore } from './stores/project-store.ts'
import type { Project } from './stores/projects.ts'
import { tasks } from './stores/tasks.ts'

type Subs = Record<DemoPerson, string>

/** The projects of the demo people, given by their `sub`. A project that is there already stays as it is, with all that is in it. */
export async function seedProjectApi(database: Database, people: Subs, clock: Clock = systemClock): Promise<void> {
  const projects = createProjectStore(database)
  for (const demo of demoProjects) {
    const project = projectOf(demo, people.alice, clock.now())
    const members = Object.entries(demo.members).map(([name, role]) => ({ sub: people[name as DemoPerson], role }))
    const inside = [...tasksOf(demo, project, people), ...invitationOf(demo, project, people)]
    await projects.found(project, members, inside).catch(unlessFounded)
  }
}

function unlessFounded(error: unknown): void {
  if (!(error instanceof UniqueConflict)) throw error
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** The same at every run. */
const idOf = (prefix: string, ...words: string[]) =>
  `${prefix}_${createHash('sha256').update(words.join(' ')).digest('base64url').slice(0, 22)}`

const projectOf = (
  { slug, name, description, state, begunDays, changedDays }: DemoProject,
  sub: string,
  now: number,
): Project => ({
  id: idOf('prj', sub, 'project with tasks', slug),
  name,
  description,
  state,
  createdAt: now - begunDays * DAY,
  updatedAt: now - changedDays * DAY,
  version: 1,
})

/** The tasks with their comments, made one after another between the beginning of the project and its last change. */
function tasksOf({ tasks: demos, begunDays, changedDays, members }: DemoProject, project: Project, people: Subs) {
  const founder = people[Object.keys(members)[0] as DemoPerson]
  const now = project.createdAt + begunDays * DAY
  const pause = ((begunDays - changedDays) * DAY) / (demos.length + 1)
  let rank: string | undefined
  return demos.flatMap((demo, i) => {
    rank = rankBetween(rank, undefined)
    const createdAt = project.createdAt + i * pause + HOUR
    return taskOf(demo, { project, people, founder, rank, createdAt, now })
  })
}

interface Around {
  project: Project
  people: Subs
  founder: string
  rank: string
  createdAt: number
  now: number
}

function taskOf(demo: DemoTask, { project, people, founder, rank, createdAt, now }: Around): OperationOf<unknown>[] {
  const { title, description = '', state, assignee, dueDays, comments: said = [] } = demo
  const projectId = project.id
  const taskId = idOf('task', projectId, title)
  const told = (type: Activity['type'], actor: string, at: number) =>
    note({ projectId, type, actor, createdAt: at, taskId, title })

  const task = {
    id: taskId,
    projectId,
    title,
    description,
    state,
    assignee: assignee ? people[assignee] : null,
    dueDate: dueDays === undefined ? null : new Date(now + dueDays * DAY).toISOString().slice(0, 10),
    rank,
    createdBy: founder,
    createdAt,
    updatedAt: createdAt,
    version: 1,
    touched: said.length,
  }
  return [
    insertInto(tasks, task),
    told('task.created', founder, createdAt),
    ...said.flatMap(([name, text], i) => {
      const at = createdAt + (i + 1) * 5 * HOUR
      const written = { author: people[name], text, createdAt: at, updatedAt: at, version: 1 }
      return [
        insertInto(comments, { id: idOf('cmt', taskId, text), projectId, taskId, ...written }),
        told('comment.created', people[name], at),
      ]
    }),
  ]
}

function invitationOf({ invited, members }: DemoProject, project: Project, people: Subs): OperationOf<unknown>[] {
  if (!invited) return []
  const { id: projectId, createdAt } = project
  const invitedBy = people[Object.keys(members)[0] as DemoPerson]
  const invitation = {
    projectId,
    sub: people[invited],
    username: invited,
    role: 'editor',
    invitedBy,
    createdAt,
    uses: 0,
  } as const
  return [
    insertInto(invitations, { id: idOf('inv', projectId, invited), ...invitation }),
    note({ projectId, type: 'member.invited', actor: invitedBy, person: people[invited], role: 'editor', createdAt }),
  ]
}
