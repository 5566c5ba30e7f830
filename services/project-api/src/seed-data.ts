import type { Role } from './stores/memberships.ts'
import type { Project } from './stores/projects.ts'
import type { Task } from './stores/tasks.ts'

export type DemoPerson = 'alice' | 'bob'

export interface DemoTask {
  title: string
  description?: string
  state: Task['state']
  assignee?: DemoPerson
  /** How many days after the seed it is due; before it when negative. */
  dueDays?: number
  /** The author comes first; each was written a while after the one before. */
  comments?: readonly (readonly [DemoPerson, string])[]
}

export interface DemoProject {
  slug: string
  name: string
  description: string
  state: Project['state']
  /** The first one founds it. */
  members: Partial<Record<DemoPerson, Role>>
  /** Who is invited, by the first member. */
  invited?: DemoPerson
  /** How long before the seed it began, and was last changed. */
  begunDays: number
  changedDays: number
  tasks: readonly DemoTask[]
}

export const demoProjects: readonly DemoProject[] = [
  {
    slug: 'website',
    name: '官网改版 / Website redesign',
    description: '新的首页、价格页和中英文切换。 A new home page, prices, and Chinese and English side by side.',
    state: 'active',
    members: { alice: 'owner', bob: 'editor' },
    begunDays: 42,
    changedDays: 1,
    tasks: [
      {
        title: '首页线框图 / Wireframe of the home page',
        state: 'done',
        assignee: 'alice',
        dueDays: -21,
        comments: [
          ['bob', 'The second draft reads much better on a phone.'],
          ['alice', '好，就用第二版。'],
        ],
      },
      {
        title: '价格页文案 / Words for the prices page',
        description: '三个方案，一句话说清区别。 Three plans, one sentence each for what differs.',
        state: 'doing',
        assignee: 'bob',
        dueDays: 4,
        comments: [['alice', '学生方案的价格还要确认。 The students’ price is not settled yet.']],
      },
      { title: '中英文切换 / Switch between Chinese and English', state: 'doing', assignee: 'alice', dueDays: 9 },
      {
        title: '无障碍检查 / Accessibility check',
        description: '键盘、对比度、读屏。',
        state: 'todo',
        assignee: 'bob',
        dueDays: 16,
      },
      { title: '旧网址重定向 / Redirects from the old addresses', state: 'todo' },
    ],
  },
  {
    slug: 'mobile',
    name: '移动端登录 / Sign-in on phones',
    description: '让手机上的登录不超过两步。 Signing in on a phone in two steps at most.',
    state: 'active',
    members: { bob: 'owner', alice: 'editor' },
    begunDays: 20,
    changedDays: 3,
    tasks: [
      { title: 'Measure today’s steps / 数一数现在有几步', state: 'done', assignee: 'bob', dueDays: -10 },
      {
        title: '指纹登录 / Sign in by fingerprint',
        state: 'doing',
        assignee: 'alice',
        dueDays: 6,
        comments: [
          ['bob', 'Works on my phone; could somebody try an older one?'],
          ['alice', '旧手机也可以，慢一点。 Works on mine too, a little slower.'],
        ],
      },
      { title: 'Ask for the notification later / 通知权限晚点再问', state: 'todo', dueDays: 12 },
    ],
  },
  {
    slug: 'interviews',
    name: '用户访谈 / User interviews',
    description: '十二场访谈，听听大家怎么用学习中心。 Twelve talks about how people use the learning centre.',
    state: 'active',
    members: { alice: 'owner' },
    begunDays: 11,
    changedDays: 2,
    tasks: [
      { title: '访谈提纲 / Guide for the talks', state: 'done', assignee: 'alice', dueDays: -7 },
      { title: '预约前六位 / Invite the first six', state: 'doing', assignee: 'alice', dueDays: 1 },
      { title: '整理笔记 / Sum up the notes', state: 'todo', assignee: 'alice', dueDays: 20 },
    ],
  },
  {
    slug: 'handbook',
    name: '新人手册 / Handbook for newcomers',
    description: '第一周要知道的一切。 All that one has to know in the first week.',
    state: 'active',
    members: { bob: 'owner', alice: 'viewer' },
    begunDays: 90,
    changedDays: 14,
    tasks: [
      { title: 'Day one: keys, desk, accounts / 第一天：钥匙、工位、账号', state: 'done', assignee: 'bob' },
      {
        title: 'Who answers what / 什么问题找谁',
        state: 'todo',
        assignee: 'bob',
        dueDays: 30,
        comments: [['alice', '可以加上食堂的位置吗？ Could it say where lunch is?']],
      },
    ],
  },
  {
    slug: 'newsletter',
    name: '月度通讯 / Monthly newsletter',
    description: '每月一封，两分钟读完。 One letter a month, read in two minutes.',
    state: 'active',
    members: { bob: 'owner' },
    invited: 'alice',
    begunDays: 6,
    changedDays: 6,
    tasks: [{ title: 'Choose three stories / 选三个故事', state: 'todo', assignee: 'bob', dueDays: 8 }],
  },
  {
    slug: 'spring-fair',
    name: '春季展会 / Spring fair',
    description: '展位、演示和三百张贴纸。 A stand, a demonstration and three hundred stickers.',
    state: 'archived',
    members: { alice: 'owner', bob: 'viewer' },
    begunDays: 220,
    changedDays: 160,
    tasks: [
      { title: '订展位 / Book the stand', state: 'done', assignee: 'alice', dueDays: -200 },
      { title: '印贴纸 / Print the stickers', state: 'done', assignee: 'alice', dueDays: -170 },
    ],
  },
  {
    slug: 'database-move',
    name: '数据库搬迁 / Moving the database',
    description: '从单机搬到副本集，不停机。 From one machine to a replica set, without a pause.',
    state: 'archived',
    members: { bob: 'owner' },
    begunDays: 150,
    changedDays: 97,
    tasks: [
      { title: 'Rehearse on a copy / 先在副本上演练', state: 'done', assignee: 'bob', dueDays: -120 },
      { title: 'Move at night / 夜间切换', state: 'done', assignee: 'bob', dueDays: -100 },
    ],
  },
]
