import { rmSync } from 'node:fs'

/** Takes away what `temporary-folder.js` made. */
export default () => {
  rmSync(process.env.TMPDIR, { recursive: true, force: true })
}
