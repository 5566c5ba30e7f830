import { createRequire } from 'node:module'
import pino from 'pino'
import { redacted } from './redact.ts'
import { shortened } from './shortened.ts'
import { namesForLog } from './tracing/trace-context.ts'

export type Log = pino.Logger

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

export interface LogOptions {
  /** Stands in every line. */
  service: string
  level: LogLevel
  /** Standard output when left out. */
  destination?: pino.DestinationStream
  /** Lines for a person at a terminal instead of JSON. */
  pretty?: boolean
}

/**
 * A log of JSON lines that name the request which they come from; whatever stands under the name of a secret, at any depth, is left out of them, and what is
 * very long is cut.
 */
export function createLog({ service, level, destination, pretty = false }: LogOptions): Log {
  const forPeople = pretty ? prettyLine(destination === undefined) : undefined
  const options: pino.LoggerOptions = {
    level,
    base: { service },
    mixin: namesForLog,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializedError },
    hooks: { streamWrite: (line) => (forPeople ?? unchanged)(shortened(redacted(line))) },
  }
  return pino(options, destination ?? standardOutput())
}

/** Lines are written at once, so none is lost at the end; when their reader has gone, nothing more is said. */
function standardOutput(): pino.DestinationStream {
  const { stdout } = process
  if (!stdout.listeners('error').includes(ignore)) stdout.on('error', ignore)
  return stdout
}

const ignore = () => {}
const unchanged = (line: string) => line

/** A log that says nothing, for tests. */
export const silentLog: Log = pino({ enabled: false })

/** pino-pretty as a function of this thread, so that no line is lost at the end; loaded only when asked for. */
function prettyLine(onTerminal: boolean): (line: string) => string {
  const pretty = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty')
  return pretty.prettyFactory({ colorize: onTerminal && pretty.isColorSupported, translateTime: 'SYS:HH:MM:ss' })
}

/** An error as pino writes it, its `code` as `errorCode`: "code" is the name of a secret, and ECONNREFUSED is none. */
function serializedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const plain = pino.stdSerializers.err(error)
  if ('code' in plain) {
    plain['errorCode'] = plain['code']
    delete plain['code']
  }
  return plain
}
