import type { Role } from './stores/memberships.ts'

interface Permission extends Record<Role, boolean> {
  /** Whether it can be done while the project is archived. */
  archived: boolean
}

const may = (allowed: string, archived: 'always' | 'active'): Permission => ({
  owner: allowed.includes('o'),
  editor: allowed.includes('e'),
  viewer: allowed.includes('v'),
  archived: archived === 'always',
})

/** Who may do what: (o)wner, (e)ditor, (v)iewer; always, or only while the project is active. All of it is here. */
export const permissions = {
  'project.read': may('oev', 'always'),
  'project.change': may('oe-', 'active'),
  'project.archive': may('o--', 'always'),
  'project.restore': may('o--', 'always'),
  'project.delete': may('o--', 'always'),
  'project.handOver': may('o--', 'always'),
  'members.read': may('oev', 'always'),
  'members.changeRole': may('o--', 'always'),
  'members.remove': may('o--', 'always'),
  'members.leave': may('oev', 'always'),
  'invitations.read': may('oe-', 'always'),
  'invitations.create': may('oe-', 'active'),
  'invitations.withdraw': may('oe-', 'always'),
  'tasks.read': may('oev', 'always'),
  'tasks.create': may('oe-', 'active'),
  'tasks.change': may('oe-', 'active'),
  'tasks.move': may('oe-', 'active'),
  'tasks.delete': may('oe-', 'active'),
  'comments.read': may('oev', 'always'),
  'comments.create': may('oev', 'active'),
  'comments.changeOwn': may('oev', 'active'),
  'comments.deleteOwn': may('oev', 'active'),
  'activity.read': may('oev', 'always'),
} as const satisfies Record<string, Permission>

export type Action = keyof typeof permissions
