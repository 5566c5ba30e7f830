/** A process that redeems (once each) or refreshes (twice each) what its parent sends, as fast as it can. */
import { openAuthProcess } from './auth-process.ts'

const auth = await openAuthProcess(process.argv[2] ?? '')

process.on('message', async ({ kind, secrets }: { kind: 'redeem' | 'refresh'; secrets: string[] }) => {
  const attempt = (secret: string) =>
    auth[kind](secret).then(
      (answer) => ({ answer }),
      (error: { code?: string; message: string }) => ({ error: error.code ?? error.message }),
    )
  process.send?.(
    await Promise.all(
      secrets.map((secret) => Promise.all(kind === 'redeem' ? [attempt(secret)] : [attempt(secret), attempt(secret)])),
    ),
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
