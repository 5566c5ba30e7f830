import type { Command } from './command.ts'
import { type Diagnosis, diagnose } from './doctor/diagnose.ts'
import { tableOf } from './table.ts'

export const doctor: Command = {
  name: 'doctor',
  about: 'Looks at settings, database, broker, issuer, clocks, keys, APIs and redirect URIs, and says what to do.',
  help: `Changes nothing, and needs nothing that works: it is for after a failed start, too (\`npm run doctor\`). Give it the environment that the start had.
The exit code is 1 when something fails; a warning is no failure.`,
  examples: ['doctor', 'doctor --json'],
  json: '`[{ "check", "state", "detail", "todo" }]`: `state` is ok, warning or failure; `todo` is null when there is nothing to do',
  async run(_input, context) {
    const diagnoses = await diagnose(context)
    const code = diagnoses.some(({ state }) => state === 'failure') ? 1 : 0
    return { json: diagnoses, text: reportOf(diagnoses), code }
  },
}

function reportOf(diagnoses: readonly Diagnosis[]): string {
  const rows = diagnoses.flatMap(({ check, state, detail, todo }) => [
    [state === 'failure' ? 'FAILURE' : state, check, detail],
    ...(todo === null ? [] : [['', '', `-> ${todo}`]]),
  ])
  const count = (state: Diagnosis['state']) => diagnoses.filter((diagnosis) => diagnosis.state === state).length
  return `${tableOf([], rows)}\n\n${count('failure')} failures, ${count('warning')} warnings`
}
