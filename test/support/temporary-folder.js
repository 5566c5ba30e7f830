import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives a run of the tests one temporary folder, in which all of theirs lie, also those of the processes that they start; it goes when the run ends. */
export default () => {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'menshen-tests-'))
  process.env.TEST_RUN_FOLDER = process.env.TMPDIR
}
