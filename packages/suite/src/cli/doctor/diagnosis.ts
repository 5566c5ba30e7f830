/** What a check found. */
export interface Diagnosis {
  check: string
  state: 'ok' | 'warning' | 'failure'
  detail: string
  /** What to do about it. */
  todo: string | null
}

export const fine = (check: string, detail: string): Diagnosis => ({ check, state: 'ok', detail, todo: null })
export const warning = (check: string, detail: string, todo: string): Diagnosis => ({ check, state: 'warning', detail, todo })
export const failure = (check: string, detail: string, todo: string): Diagnosis => ({ check, state: 'failure', detail, todo })

/** The message of an error, and what it came from: fetch tells no more than that it failed. */
export function messageOf(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { code?: unknown; message?: unknown } | null }
  const from = [cause?.code, cause?.message].filter((text) => typeof text === 'string' && text !== '')
  return from.length === 0 ? message : `${message}: ${from.join(' ')}`
}
