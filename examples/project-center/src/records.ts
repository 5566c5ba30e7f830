/** What project-api tells, as far as these pages show it; its /reference has all. */
export interface Page<Item> {
  items: Item[]
  /** The cursor of the next one. */
  next?: string
}

export type Role = 'owner' | 'editor' | 'viewer'

export interface Project {
  id: string
  name: string
  description: string
  state: 'active' | 'archived'
  /** Of the person who asks. */
  role: Role
  updatedAt: string
}

export const taskStates = ['todo', 'doing', 'done'] as const

export interface Task {
  id: string
  title: string
  description: string
  state: (typeof taskStates)[number]
  /** A sub. */
  assignee: string | null
  dueDate: string | null
}

export interface Member {
  sub: string
  role: Role
}

export interface Comment {
  id: string
  author: string
  text: string
  createdAt: string
}

export interface Invitation {
  id: string
  role: Role
  username: string
}

export interface ReceivedInvitation {
  id: string
  role: Role
  project: { id: string; name: string }
}

export interface Activity {
  type: string
  actor: string
  at: string
  title?: string
  person?: string
  role?: Role
}
