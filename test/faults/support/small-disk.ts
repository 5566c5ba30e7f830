import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@jest/globals'

/** A file system of its own, small enough to be filled. */
export interface SmallDisk {
  folder: string
  /** Leaves no byte free. */
  fill(): void
  /** Gives back what `fill` took. */
  free(): void
  /** Whether it can be written; not while it is being written. */
  writable(yes: boolean): void
  remove(): void
}

const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'pipe' })

/** Mounts one; only root may. */
export function createSmallDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-disk-'))
  mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)
  const filler = join(folder, 'filler')
  return {
    folder,
    fill() {
      const { bavail, bsize } = statfsSync(folder)
      try {
        writeFileSync(filler, Buffer.alloc(bavail * bsize + bsize))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
    free: () => rmSync(filler),
    writable: (yes) => void mount('-o', `remount,${yes ? 'rw' : 'ro'}`, folder),
    remove() {
      execFileSync('umount', ['--lazy', folder])
      rmdirSync(folder)
    },
  }
}

/** Declares a test that needs such a disk; skipped with one line where none can be mounted, in CI a failure. */
export function onSmallDisk(name: string, story: (disk: SmallDisk) => Promise<void>, timeout: number): void {
  if (process.getuid?.() !== 0 && process.env['CI'] !== 'true') {
    test.skip(`${name} (skipped: mounting a small disk needs root)`, () => {})
    return
  }
  test(
    name,
    async () => {
      const disk = createSmallDisk(24)
      try {
        await story(disk)
      } finally {
        disk.remove()
      }
    },
    timeout,
  )
}
