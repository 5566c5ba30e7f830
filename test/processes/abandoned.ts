/** Starts open-api as the tests do, tells its number, and waits to be killed. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startService } from '../support/processes/service-process.ts'

const folder = await mkdtemp(join(tmpdir(), 'menshen-abandoned-'))
const { pid } = await startService('open-api', { env: {}, folder, number: 0 })
process.send?.(pid)
