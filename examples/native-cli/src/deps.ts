import type { Environment, Options } from './options.ts'
import { printable } from './printable.ts'
import { createProvider, type Provider } from './provider.ts'
import { createTokenFile, type TokenFile } from './token-file.ts'

/** What a program has around it. */
export interface Surroundings {
  env: Environment
  print(line: string): void
  complain(line: string): void
  /** Opens the browser of the person; that there is none is no failure. */
  openBrowser(address: string): void
  /** Milliseconds since the epoch. */
  now?: () => number
  /** Ends waiting for the browser; 5 minutes when left out. */
  signal?: AbortSignal
}

/** What the commands work with. */
export interface Deps extends Required<Omit<Surroundings, 'env'>> {
  options: Options
  provider: Provider
  tokens: TokenFile
}

const PATIENCE = 5 * 60_000

export function createDeps(options: Options, around: Surroundings): Deps {
  const { now = Date.now, signal = AbortSignal.timeout(PATIENCE), print, complain, openBrowser } = around
  return {
    options,
    now,
    signal,
    openBrowser,
    print: (line) => print(printable(line)),
    complain: (line) => complain(printable(line)),
    provider: createProvider(options, now),
    tokens: createTokenFile(options.tokenFile),
  }
}
