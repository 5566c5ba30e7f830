import { z } from 'zod'
import { roles } from './stores/memberships.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused; \p{Cc} is not known to every reader of the document
const oneLine = /^[^\u0000-\u001f\u007f-\u009f]*$/

const idOf = (prefix: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[\\w-]{1,40}$`), `is no id of ${what}`)
    .meta({ examples: [`${prefix}_7f9c2ba4-e88f-4c0c-9d2a-0f3c5a1b2d3e`] })

export const projectId = idOf('prj', 'a project')

export const taskId = idOf('task', 'a task')
export const commentId = idOf('cmt', 'a comment')
export const invitationId = idOf('inv', 'an invitation')

/** Who a person is, in the tokens of auth. */
export const subject = z.string().regex(/^[!-~]{1,255}$/, 'is no sub')

export const inProject = z.strictObject({ projectId })
export const inTask = inProject.extend({ taskId })

export const time = z.iso.datetime().meta({ description: 'As RFC 3339 writes it, in UTC.' })
export const timeOf = (ms: number): string => new Date(ms).toISOString()

export const role = z.enum(roles)
export const state = z.enum(['active', 'archived'])

/** A text that a person types; without halves of surrogate pairs, which no database keeps. */
export const text = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine((text) => !/\p{Cs}/u.test(text), 'must hold whole characters')

/** The same of one line that says something. */
export const line = (longest: number) => text(longest).min(1).regex(oneLine, 'must be one line')

/** What of a change was given: fields that were left out stay. */
export const given = <T extends object>(fields: T): { [F in keyof T]?: Exclude<T[F], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
