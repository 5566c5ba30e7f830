import { defineCollection } from '@menshen/shared/storage'

export interface Project {
  id: string
  name: string
  description: string
  state: 'active' | 'archived'
  createdAt: number
  updatedAt: number
}

export const projects = defineCollection<Project>({ name: 'projects', key: 'id' })
