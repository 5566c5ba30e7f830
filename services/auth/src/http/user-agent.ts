import Bowser from 'bowser'

/** A browser and its system by the names that people know; undefined: not known. */
export interface Program {
  browser: string | undefined
  system: string | undefined
}

const browsers = new Set<string>(Object.values(Bowser.BROWSER_MAP))
const systems = new Set<string>(Object.values(Bowser.OS_MAP))

/** Reads a User-Agent (RFC 9110 section 10.1.5): of what programs call themselves only the names in our lists are ever shown. */
export function programOf(userAgent: string | null | undefined): Program {
  if (!userAgent) return { browser: undefined, system: undefined }
  const { browser, os } = Bowser.parse(userAgent)
  return { browser: known(browser.name, browsers), system: known(os.name, systems) }
}

const known = (name: string | undefined, names: ReadonlySet<string>) => (name !== undefined && names.has(name) ? name : undefined)
