import type { Deps } from '../deps.ts'
import { openLoopback } from '../loopback.ts'
import { whoami } from './whoami.ts'

/** Signs the person in with their own browser (RFC 8252). */
export async function login(deps: Deps): Promise<void> {
  const { provider, tokens, options, print, openBrowser, signal } = deps
  const before = await tokens.read().catch(() => undefined)
  const loopback = await openLoopback()
  try {
    const { address, state, finish } = await provider.start(loopback.redirect_uri)
    print('Sign in with your browser. If it does not open by itself, open this address:')
    print(`  ${address}`)
    openBrowser(address)
    const given = await loopback.answer(state, finish, signal)
    await tokens.write({ ...given, issuer: options.issuer, clientId: options.clientId })
  } finally {
    await loopback.close()
  }
  if (before?.refresh_token && before.issuer === options.issuer) await provider.revoke(before.refresh_token).catch(() => {}) // nobody has it any more
  await whoami(deps)
}
