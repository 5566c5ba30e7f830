import { Failure, SignInAgain } from '@menshen/login'
import type { z } from 'zod'

/** What an API answered, as its schema has it; any other answer is a failure with a page of its own. */
export async function readAnswer<Schema extends z.ZodType>(answer: Response, schema: Schema): Promise<z.output<Schema>> {
  if (answer.ok) return schema.parse(await answer.json())
  const cause = new Error(`${answer.url} answered ${answer.status}`)
  if (answer.status === 400 || answer.status === 404) throw new Failure('notFound', { cause })
  if (answer.status === 403) throw new Failure('misconfigured', { code: 'insufficient_scope', cause })
  throw new Failure('unreachable', { cause })
}

/** A part of a page that may be missing: nothing when its API does not answer. */
export function orNothing<Value>(asked: Promise<Value>, log: (line: string) => void): Promise<Value | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof SignInAgain) throw error
    log(`a part of the page is missing: ${error instanceof Error ? (error.cause ?? error) : error}`)
    return undefined
  })
}
