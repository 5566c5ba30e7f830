import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSeenSecrets, type Exchange, isTelling } from './processes/seen-secrets.ts'

/** Where all of a run is kept, to be searched for its secrets when it is over (`.ci/kept-logs.js`); nowhere when not set. */
export const logsFolder = process.env['TEST_LOGS']

const seen = createSeenSecrets()
const written = new Set<string>()

/** Remembers the secrets of an exchange. */
export function keepSecrets(exchange: Exchange): void {
  if (logsFolder) seen.watch(exchange)
}

/** Keeps what a process printed, also what comes later in its life. */
export function keepLog(chunk: string | Buffer): void {
  if (logsFolder) appendFileSync(join(logsFolder, `processes-${process.pid}.log`), chunk)
}

/** Writes down what was seen since, a part of each in each line that a log could show: of a token the end, as all begin alike. */
export function writeSecrets(): void {
  if (!logsFolder) return
  const fresh = [...seen.all].map(telling).filter((secret) => isTelling(secret) && !written.has(secret))
  for (const secret of fresh) written.add(secret)
  const forms = fresh.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  const lines = [...new Set(forms)].filter((secret) => !secret.includes('\n'))
  appendFileSync(join(logsFolder, 'secrets'), lines.map((line) => `${line}\n`).join(''))
}

const telling = (secret: string) => secret.slice(/^eyJ[\w-]+\.eyJ[\w-]+\./.exec(secret)?.[0].length ?? 0).slice(0, 40)
