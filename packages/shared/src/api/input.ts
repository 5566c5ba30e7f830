import { z } from 'zod'
import { Problem } from '../http/problem.ts'

interface FieldFault {
  field: string
  detail: string
}

/** Input as its schema makes it; throws a 400 problem that names every field at fault, also in its member `errors`. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw invalidInput(result.error.issues.flatMap(faultsOf))
}

/** The schema of nothing: every name is refused. */
export const nothing = z.strictObject({})

/** So many are named: a body full of faults must not make an answer that is larger still. */
const mostFaults = 20

/** A 400 problem that names fields. */
export function invalidInput(faults: readonly FieldFault[]): Problem {
  const errors = faults.slice(0, mostFaults)
  const detail = errors.map(({ field, detail }) => (field ? `${field}: ${detail}` : detail)).join('; ')
  return new Problem('invalid-request', { detail, extensions: { errors } })
}

function faultsOf(issue: z.core.$ZodIssue): FieldFault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), detail: 'is not known here' }))
  return [{ field: issue.path.join('.'), detail: isPlainTypeFault(issue) ? typeFault(issue) : issue.message }]
}

/** A wrong or missing value of which the schema says nothing in words of its own. */
const isPlainTypeFault = (issue: z.core.$ZodIssue): issue is z.core.$ZodIssueInvalidType =>
  issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')

function typeFault({ message, expected, path }: z.core.$ZodIssueInvalidType): string {
  if (message.endsWith('received undefined')) return 'is missing'
  const what = path.length === 0 ? 'the body must be' : 'must be'
  return `${what} ${/^[aeio]/.test(expected) ? 'an' : 'a'} ${expected}`
}
