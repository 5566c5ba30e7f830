import { freePort } from '@menshen/suite/addresses'
import { freePorts } from '@menshen/suite/config'
import type { Suite } from '@menshen/suite/start-suite'
import { startTestSuite } from './suite.ts'

/** Starts suites one after another on the same free ports: for browsers and apps they are one. */
export async function startOnItsPorts(): Promise<(databaseUrl: string) => Promise<Suite>> {
  const ports = Object.keys(freePorts).map(async (variable) => [variable, String(await freePort())])
  const env: Record<string, string> = Object.fromEntries(await Promise.all(ports))
  return (databaseUrl) => startTestSuite(databaseUrl, { env })
}
