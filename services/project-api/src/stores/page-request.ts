import type { Position } from '@menshen/shared/storage'

/** Which page of a list is wanted. */
export interface PageRequest {
  limit: number
  after?: Position | undefined
}
