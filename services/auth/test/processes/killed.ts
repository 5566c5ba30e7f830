/** A process that is really killed (SIGKILL) between the two writes of a rotation. */
import { openAuthProcess } from '../../../../scripts/bench/races/auth-process.ts'

const [url = '', token = ''] = process.argv.slice(2)
const { deps } = await openAuthProcess(url)
const { rotateRefreshToken } = await import('../../src/core/refresh-token.ts')
const refreshTokens = {
  ...deps.refreshTokens,
  async ensure() {
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  },
}
await rotateRefreshToken({ token, client_id: 'racer' }, { ...deps, refreshTokens })
