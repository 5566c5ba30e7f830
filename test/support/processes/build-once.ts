import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

const lock = join('node_modules', '.menshen-build')

/** Tells, in the folder that a run of the tests has for itself, that it compiled; a bench has none, and compiles. */
const built = process.env['TEST_RUN_FOLDER'] && join(process.env['TEST_RUN_FOLDER'], 'built')

/** Compiles what has changed, once in a run; test files that want it at once wait for the first of them, so that none starts what is half written. */
export async function buildOnce(): Promise<void> {
  await taken()
  try {
    if (built && existsSync(built)) return
    await promisify(execFile)('npm', ['run', 'build'])
    if (built) await writeFile(built, '')
  } finally {
    await rm(lock)
  }
}

async function taken(): Promise<void> {
  for (;;) {
    try {
      const file = await open(lock, 'wx')
      await file.writeFile(String(process.pid))
      return file.close()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    if (!(await holderLives())) await rm(lock, { force: true })
    else await wait(100)
  }
}

/** Whoever was killed while it built left the lock behind. */
async function holderLives(): Promise<boolean> {
  const pid = Number(await readFile(lock, 'utf8').catch(() => ''))
  if (pid === 0) return true // it is about to write its number
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
