import type { Change, Difference } from './plan.ts'

/** What was done, or with `dryRun` would be: a line for each entry, one more for each field that changes; no secret is shown. */
export function reportOf(changes: readonly Change[], { dryRun = false }: { dryRun?: boolean } = {}): string {
  const width = Math.max(0, ...changes.map(({ name }) => name.length))
  const lines = changes.flatMap((change) => [headOf(change, { width, dryRun }), ...change.differences.map(fieldOf)])
  return [...lines, summaryOf(changes, dryRun)].join('\n')
}

function headOf({ kind, name, action }: Change, { width, dryRun }: { width: number; dryRun: boolean }): string {
  const outcome = action === 'unchanged' || !dryRun ? action : `would be ${action}`
  return `${kind.padEnd(6)}  ${name.padEnd(width)}  ${outcome}`
}

const fieldOf = ({ field, before, after }: Difference): string =>
  secretFields.includes(field)
    ? `          client_secret: ${secretChange(after)}`
    : `          ${field}: ${shown(before)} -> ${shown(after)}`

const secretFields = ['secretHashes', 'sealedSecrets']

const secretChange = (secrets: unknown) => (Array.isArray(secrets) && secrets.length > 0 ? 'changed' : 'removed')

/** JSON, with what a terminal might act on escaped. */
const shown = (value: unknown): string =>
  value === undefined ? '(none)' : JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped)

const escaped = (character: string) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`

function summaryOf(changes: readonly Change[], dryRun: boolean): string {
  const count = (action: Change['action']) => changes.filter((change) => change.action === action).length
  const [created, updated, unchanged] = [count('created'), count('updated'), count('unchanged')]
  return dryRun
    ? `Dry run, nothing was written: ${created} to create, ${updated} to update, ${unchanged} unchanged`
    : `${created} created, ${updated} updated, ${unchanged} unchanged`
}
