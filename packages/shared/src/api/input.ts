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

/** A 400 problem that names fields. */
export function invalidInput(errors: readonly FieldFault[]): Problem {
  const detail = errors.map(({ field, detail }) => (field ? `${field}: ${detail}` : detail)).join('; ')
  return new Problem('invalid-request', { detail, extensions: { errors } })
}

function faultsOf(issue: z.core.$ZodIssue): FieldFault[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), detail: 'is not known here' }))
  return [{ field: issue.path.join('.'), detail: issue.message }]
}
