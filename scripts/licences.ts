import { readFileSync } from 'node:fs'

/** A package that runs with Menshen. */
export interface Part {
  name: string
  version: string
  licence: string
}

/** Permissive ones, as SPDX names them: they ask for their text to be kept, and for nothing of our users. */
export const allowedLicences: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]

interface Locked {
  version?: string
  license?: string
  link?: boolean
  dev?: boolean
  devOptional?: boolean
}

/** What the lockfile installs without what only builds or tests. */
export function productionParts(lockfile = new URL('../package-lock.json', import.meta.url)): Part[] {
  const { packages } = JSON.parse(readFileSync(lockfile, 'utf8')) as { packages: Record<string, Locked> }
  return Object.entries(packages)
    .filter(([path, { link, dev, devOptional }]) => path.includes('node_modules/') && !link && !dev && !devOptional)
    .map(([path, { version = '', license = 'none' }]) => ({
      name: path.split('node_modules/').at(-1) ?? path,
      version,
      licence: license,
    }))
}

/** The parts whose licence is not allowed; of `(A OR B)` one is enough, of `(A AND B)` all must be. */
export const refusedParts = (parts: readonly Part[]): Part[] => parts.filter(({ licence }) => !isAllowed(licence))

const isAllowed = (licence: string): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(' AND ')
    .every((all) => all.split(' OR ').some((one) => allowedLicences.includes(one.trim())))
