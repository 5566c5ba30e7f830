import { defineCollection, type OperationOf, updateIn } from '@menshen/shared/storage'

export interface Project {
  id: string
  name: string
  description: string
  state: 'active' | 'archived'
  createdAt: number
  updatedAt: number
  /** Counts every change of the project and of who takes part in it and how: such a change names the version it rests on, so they never cross. */
  version: number
}

export const projects = defineCollection<Project>({ name: 'projects', key: 'id' })

/** The condition of each change of who takes part, and how: nothing about the project has changed since it was read. */
export const sameProject = ({ id, version }: Project): OperationOf<Project> =>
  updateIn(projects, { id, version }, { inc: { version: 1 } })
