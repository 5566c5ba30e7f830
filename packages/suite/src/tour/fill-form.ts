import { formIn } from '@menshen/shared/testing/forms'
import type { Recall } from './memory.ts'
import type { TourRequest } from './step.ts'

/** Sends the form of the page at hand that has this in its source, filled in as a person would; its hidden fields go along. */
export function fillForm(recall: Recall, containing: string, answers: Record<string, string>): TourRequest {
  const { action, fields } = formIn(recall('page'), containing)
  return { method: 'POST', url: new URL(action, recall('location')).href, form: { ...fields, ...answers }, browser: true }
}
