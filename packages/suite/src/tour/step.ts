import type { Check } from './checks.ts'
import type { Recall } from './memory.ts'

/** A part of the tour: one app and how it works with the login. */
export interface Chapter {
  title: string
  steps: readonly Step[]
}

/** One request and what its answer must be. */
export interface Step {
  /** Who asks whom, and why. */
  sentence: string
  request(recall: Recall): TourRequest
  expect: readonly Check[]
}

export interface TourRequest {
  method: 'GET' | 'POST'
  url: string
  headers?: Record<string, string>
  form?: Record<string, string>
  /** Sent by the person's browser, with its cookies. */
  browser?: boolean
}

/** An answer, read to its end; redirects are not followed. */
export interface Answer {
  status: number
  headers: Headers
  body: string
  /** The body, when it is JSON. */
  json: unknown
  /** Where it redirects to, in full. */
  location: string | undefined
}
