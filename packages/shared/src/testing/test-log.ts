import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLog, type Log, silentLog } from '../log.ts'

/** Where what is logged is kept, so that all of a run can be searched for its secrets; nowhere when not set. */
const folder = process.env['TEST_LOGS']

const keeping = (file: string) => ({ write: (line: string) => appendFileSync(file, line) })

/** The log of what runs in the process of a test: says nothing, or all of it into a file under `TEST_LOGS`. */
export const testLog: Log = folder
  ? createLog({ service: 'test', level: 'trace', destination: keeping(join(folder, `test-${process.pid}.log`)) })
  : silentLog
