import { createHash } from 'node:crypto'
import { type Clock, systemClock } from '@menshen/shared/clock'
import { type Database, UniqueConflict } from '@menshen/shared/storage'
import type { Role } from './stores/memberships.ts'
import { createProjectStore } from './stores/project-store.ts'
import type { Project } from './stores/projects.ts'

type Person = 'alice' | 'bob'

interface DemoProject {
  slug: string
  name: string
  description: string
  state: Project['state']
  members: Partial<Record<Person, Role>>
  /** How long before the seed it began, and was last changed. */
  begunDays: number
  changedDays: number
}

/** The projects of the demo people, given by their `sub`. A project that is there already stays as it is, and so do its members. */
export async function seedProjectApi(
  database: Database,
  people: Record<Person, string>,
  clock: Clock = systemClock,
): Promise<void> {
  const projects = createProjectStore(database)
  for (const demo of demoProjects) {
    const takingPart = Object.entries(demo.members).map(([name, role]) => ({ sub: people[name as Person], role }))
    await projects.found(projectOf(demo, people.alice, clock.now()), takingPart).catch(unlessFounded)
  }
}

function unlessFounded(error: unknown): void {
  if (!(error instanceof UniqueConflict)) throw error
}

const DAY = 86_400_000

const projectOf = (
  { slug, name, description, state, begunDays, changedDays }: DemoProject,
  sub: string,
  now: number,
): Project => ({
  id: `prj_${createHash('sha256').update(`${sub} project ${slug}`).digest('base64url').slice(0, 22)}`, // the same at every run
  name,
  description,
  state,
  createdAt: now - begunDays * DAY,
  updatedAt: now - changedDays * DAY,
  version: 1,
})

const demoProjects: readonly DemoProject[] = [
  {
    slug: 'website',
    name: '官网改版 / Website redesign',
    description: '新的首页、价格页和中英文切换。 A new home page, prices, and Chinese and English side by side.',
    state: 'active',
    members: { alice: 'owner', bob: 'editor' },
    begunDays: 42,
    changedDays: 1,
  },
  {
    slug: 'mobile',
    name: '移动端登录 / Sign-in on phones',
    description: '让手机上的登录不超过两步。 Signing in on a phone in two steps at most.',
    state: 'active',
    members: { alice: 'editor', bob: 'owner' },
    begunDays: 20,
    changedDays: 3,
  },
  {
    slug: 'interviews',
    name: '用户访谈 / User interviews',
    description: '十二场访谈，听听大家怎么用学习中心。 Twelve talks about how people use the learning centre.',
    state: 'active',
    members: { alice: 'owner' },
    begunDays: 11,
    changedDays: 2,
  },
  {
    slug: 'handbook',
    name: '新人手册 / Handbook for newcomers',
    description: '第一周要知道的一切。 All that one has to know in the first week.',
    state: 'active',
    members: { alice: 'viewer', bob: 'owner' },
    begunDays: 90,
    changedDays: 14,
  },
  {
    slug: 'spring-fair',
    name: '春季展会 / Spring fair',
    description: '展位、演示和三百张贴纸。 A stand, a demonstration and three hundred stickers.',
    state: 'archived',
    members: { alice: 'owner', bob: 'viewer' },
    begunDays: 220,
    changedDays: 160,
  },
  {
    slug: 'database-move',
    name: '数据库搬迁 / Moving the database',
    description: '从单机搬到副本集，不停机。 From one machine to a replica set, without a pause.',
    state: 'archived',
    members: { bob: 'owner' },
    begunDays: 150,
    changedDays: 97,
  },
]
