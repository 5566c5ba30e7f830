import { defineCollection } from '@menshen/shared/storage'

export const taskStates = ['todo', 'doing', 'done'] as const

export interface Task {
  id: string
  projectId: string
  title: string
  description: string
  state: (typeof taskStates)[number]
  /** The `sub` of a member. */
  assignee: string | null
  /** A calendar date, `2026-01-31`. */
  dueDate: string | null
  /** Its place among the tasks of the project; no two share one. */
  rank: string
  /** The `sub` of who made it. */
  createdBy: string
  createdAt: number
  updatedAt: number
  version: number
  /** Counts what was done that is no change of its own: a comment, a move. So nothing is put below a task that is just being deleted. */
  touched: number
}

export const tasks = defineCollection<Task>({
  name: 'tasks',
  key: 'id',
  unique: [['projectId', 'rank']],
  indexes: [
    ['projectId', 'rank'],
    ['projectId', 'state', 'rank'],
    ['projectId', 'assignee', 'rank'],
    ['projectId', 'state', 'assignee', 'rank'],
  ],
})
