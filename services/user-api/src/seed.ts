import { type Clock, systemClock } from '@menshen/shared/clock'
import type { Database } from '@menshen/shared/storage'
import { type Account, mirroring } from './events.ts'
import type { OwnFields } from './stores/profile.ts'
import { createProfileStore } from './stores/profiles.ts'

/** The profiles of the demo people, given by their accounts. A profile in which its person has written stays as it is. */
export async function seedUserApi(
  database: Database,
  people: { alice: Account; bob: Account },
  clock: Clock = systemClock,
): Promise<void> {
  const profiles = createProfileStore({ database, clock })
  for (const [account, own] of [
    [people.alice, alice],
    [people.bob, bob],
  ] as const) {
    await profiles.follow(account.sub, mirroring(account))
    await profiles.follow(account.sub, ({ writtenAt, hidden }) =>
      writtenAt === null && !hidden ? { ...own, writtenAt: clock.now() } : undefined,
    )
  }
}

const alice: OwnFields = {
  headline: '产品设计师，喜欢把复杂的事讲简单 / Product designer who makes hard things plain',
  bio: '在杭州做了八年设计，现在带官网改版。周末跑步、拍鸟。\nEight years of design in Hangzhou, now leading the website redesign. Runs and watches birds at weekends.',
  skills: ['交互设计', 'Interaction design', '用户研究', 'User research', 'Figma', '无障碍', 'Accessibility'],
  links: ['https://alice.example/portfolio', 'https://alice.example/notes'],
  visibility: 'public',
}

const bob: OwnFields = {
  headline: '后端工程师 / Backend engineer',
  bio: '写 TypeScript，也管数据库。\nWrites TypeScript and looks after the databases.',
  skills: ['TypeScript', 'Node.js', 'MongoDB'],
  links: ['https://bob.example'],
  visibility: 'suite',
}
